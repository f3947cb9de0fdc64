"""What is done in insight, in the audit's words."""

from django.utils.translation import gettext_noop as noop

INSIGHT_DEEDS = {
    "reason.added": noop("added it"),
    "reason.changed": noop("changed it"),
    "reason.removed": noop("removed it"),
    "complaint.decided": noop("decided about it"),
    "complaint.returned": noop("heard it again after it was fixed"),
    "complaint.told": noop("left drafts for those who complained"),
    "reason.corrected": noop("said what it was really about"),
}
