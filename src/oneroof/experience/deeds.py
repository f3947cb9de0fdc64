"""What is done in experience, in the audit's words."""

from django.utils.translation import gettext_noop as noop

EXPERIENCE_DEEDS = {
    "survey.saved": noop("changed it"),
    "survey.rest_set": noop("set how often people may be asked"),
    "survey.asked": noop("asked somebody"),
    "survey.linked": noop("made a link for a reply"),
}
