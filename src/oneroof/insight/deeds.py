"""What is done in insight, in the audit's words."""

from django.utils.translation import gettext_noop as noop

INSIGHT_DEEDS = {
    "reason.added": noop("added it"),
    "reason.changed": noop("changed it"),
    "reason.removed": noop("removed it"),
    "complaint.decided": noop("decided about it"),
    "complaint.returned": noop("heard it again after it was fixed"),
    "complaint.told": noop("left drafts for those who complained"),
    "product.changed": noop("changed its words"),
    "product.removed": noop("removed it"),
    "slice.exported": noop("took posts and contacts away as a file"),
    "slice.removed": noop("removed it"),
    "slice.saved": noop("saved it"),
    "spared.judged": noop("said whether a known answer would have spared it"),
    "reason.corrected": noop("said what it was really about"),
}
