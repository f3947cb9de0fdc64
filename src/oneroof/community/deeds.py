"""What is done to entries, in the audit's words."""

from django.utils.translation import gettext_noop as noop

COMMUNITY_DEEDS = {
    "entry.accepted": noop("said that it solves the question"),
    "entry.answered": noop("answered with it"),
    "entry.asked": noop("asked it"),
    "entry.commented": noop("commented with it"),
    "entry.deleted": noop("deleted it"),
    "entry.edited": noop("edited it"),
    "entry.merged": noop("merged it into the question that was asked first"),
    "entry.restored": noop("brought it back"),
    "entry.standing_set": noop("said how it stands"),
    "entry.unaccepted": noop("took back that it solves the question"),
}
