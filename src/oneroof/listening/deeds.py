"""What is done here, in the audit's words."""

from django.utils.translation import gettext_noop as noop

LISTENING_DEEDS = {
    "catch.judged": noop("judged a catch"),
    "source.added": noop("added it"),
    "source.changed": noop("changed it"),
    "source.connected": noop("connected it with its account"),
    "source.deleted": noop("deleted it"),
    "source.started": noop("switched it on"),
    "source.stopped": noop("switched it off"),
    "watch.changed": noop("changed it"),
    "watch.created": noop("made it"),
    "watch.deleted": noop("deleted it"),
}
