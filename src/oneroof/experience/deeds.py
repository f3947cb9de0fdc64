"""What is done in experience, in the audit's words."""

from django.utils.translation import gettext_noop as noop

EXPERIENCE_DEEDS = {
    "return.stated": noop("said how much it is"),
    "return.withdrawn": noop("took back what was said of it"),
    "survey.saved": noop("changed it"),
    "survey.rest_set": noop("set how often people may be asked"),
    "survey.asked": noop("asked somebody"),
    "survey.linked": noop("made a link for a reply"),
    "report.saved": noop("set it up"),
    "report.removed": noop("removed it"),
    "report.asked": noop("had it sent at once"),
    "target.stated": noop("stated it"),
    "target.withdrawn": noop("took it back"),
    "trial.planned": noop("planned it"),
    "trial.moved": noop("moved a start by hand"),
    "trial.withdrawn": noop("took it back"),
}
