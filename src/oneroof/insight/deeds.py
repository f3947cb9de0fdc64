"""What is done in insight, in the audit's words."""

from django.utils.translation import gettext_noop as noop

INSIGHT_DEEDS = {
    "reason.added": noop("added it"),
    "reason.changed": noop("changed it"),
    "reason.removed": noop("removed it"),
    "reason.corrected": noop("said what it was really about"),
}
