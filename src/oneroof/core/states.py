"""How a state looks: its tone, its icon and its word. Colour never stands alone."""

from types import MappingProxyType
from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Tone = Literal["", "good", "warning", "danger", "info", "accent"]


class Look(NamedTuple):
    tone: Tone
    icon: str
    word: str | Promise


LOOKS = MappingProxyType(
    {
        # conversations
        "unclaimed": Look("", "inbox", _("Unclaimed")),
        "open": Look("", "inbox", _("Open")),
        "claimed": Look("accent", "hand", _("Claimed")),
        "mine": Look("accent", "user-check", _("Mine")),
        "waiting": Look("info", "hourglass", _("Waiting for customer")),
        "snoozed": Look("", "alarm-clock", _("Snoozed")),
        "done": Look("good", "circle-check", _("Done")),
        "at_risk": Look("danger", "flame", _("At risk")),
        # replies
        "draft": Look("", "pencil", _("Draft")),
        "approval": Look("warning", "eye", _("Waiting for approval")),
        "question": Look("warning", "hand", _("A question before it goes")),
        "queued": Look("info", "clock", _("Queued")),
        "retried": Look("warning", "refresh-cw", _("Tried again")),
        "sending": Look("info", "send", _("Being sent")),
        "sent": Look("good", "check-check", _("Sent")),
        "failed": Look("danger", "circle-alert", _("Failed")),
        "unknown": Look("warning", "circle-question-mark", _("Not known whether it went out")),
        "withdrawn": Look("", "x", _("Withdrawn")),
        # outcomes
        "solved": Look("good", "circle-check", _("Solved")),
        "answered_elsewhere": Look("good", "external-link", _("Answered elsewhere")),
        "no_answer_needed": Look("", "minus", _("No answer needed")),
        "could_not_help": Look("warning", "triangle-alert", _("Could not help")),
        # service levels
        "due": Look("warning", "timer", _("Due soon")),
        "breached": Look("danger", "timer", _("Overdue")),
        "met": Look("good", "timer", _("In time")),
        # priorities
        "urgent": Look("danger", "zap", _("Urgent")),
        "high": Look("warning", "flag", _("High")),
        "normal": Look("", "minus", _("Normal")),
        "low": Look("", "chevron-down", _("Low")),
        # sources and watches
        "ok": Look("good", "circle-check", _("Fine")),
        "late": Look("warning", "snail", _("Late")),
        "failing": Look("danger", "wifi-off", _("Failing")),
        "replies_fail": Look("danger", "send", _("Replies fail")),
        "paused": Look("", "pause", _("Paused")),
        "new": Look("accent", "sparkles", _("New")),
        # complaints
        "known": Look("warning", "eye", _("Known")),
        "fixing": Look("info", "hourglass", _("Being fixed")),
        "fixed": Look("good", "circle-check", _("Fixed")),
        # feeling
        "positive": Look("good", "thumbs-up", _("Positive")),
        "neutral": Look("", "minus", _("Neutral")),
        "negative": Look("danger", "thumbs-down", _("Negative")),
    }
)


def look_of(state: str) -> Look:
    """A state that has no look of its own shows its bare word."""
    return LOOKS.get(state) or Look("", "", state.replace("_", " ").capitalize())
