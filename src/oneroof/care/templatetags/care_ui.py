"""What only care's pages draw: reasons, clocks, and what the history says."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from oneroof.accounts.models import AuditEntry
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.queries.choices import language
from oneroof.care.queries.conversation import needs_approval
from oneroof.core import clock
from oneroof.core.markdown import render
from oneroof.core.templatetags.oneroof_ui import pill, state_pill, time_ago
from oneroof.listening.need import TEMPLATES as NEED_WORDS
from oneroof.listening.need.risks import TEMPLATES as RISK_WORDS

register = template.Library()

type Reason = Mapping[str, Any]
SOON = 3_600

# By verb of the audit; a verb that is not here shows as it is.
DONE = {
    "conversation.taken_up": noop("took it to the inbox"),
    "conversation.claimed": noop("claimed it"),
    "conversation.taken_over": noop("took it over from %(claimant)s"),
    "conversation.released": noop("let it go"),
    "conversation.handed_on": noop("handed it on to %(to)s"),
    "conversation.noted": noop("wrote a note"),
    "conversation.tagged": noop("tagged it “%(tag)s”"),
    "conversation.untagged": noop("took away the tag “%(tag)s”"),
    "conversation.snoozed": noop("snoozed it"),
    "conversation.woken": noop("woke it"),
    "conversation.closed": noop("closed it: %(outcome)s"),
    "conversation.reopened": noop("reopened it"),
    "conversation.priority_set": noop("set its priority to %(priority)s"),
    "conversation.answered_by_hand": noop("answered by hand"),
    "conversation.closing_undone": noop("undid the closing"),
    "reply.not_answered": noop("took back that it was answered there"),
    "reply.given": noop("gave a reply"),
    "reply.withdrawn": noop("withdrew a reply"),
    "reply.approved": noop("approved a reply"),
    "reply.sent_back": noop("sent a reply back"),
    "reply.confirmed_sent": noop("confirmed that a reply went out"),
    "reply.queued": noop("put a reply back: it goes out later"),
    "reply.sent": noop("sent a reply"),
    "reply.failed": noop("could not send a reply"),
    "reply.unknown": noop("does not know whether a reply went out"),
    "reply.question": noop("has a question before a reply goes out"),
    "reply.sent_again": noop("sent a reply again"),
    "reply.sent_all_the_same": noop("sent a reply all the same"),
}


@register.filter
def reason_text(reason: Reason) -> str:
    """One reason for a need or a risk, in words; of a code that is not known here, the bare code."""
    words = NEED_WORDS.get(reason["code"]) or RISK_WORDS.get(reason["code"])
    return _(words) % reason["params"] if words else str(reason["code"])


@register.filter
def glance(conversation: Conversation) -> str:
    """Why it stands where it stands, in a line: its risk, else the two reasons that weigh most."""
    weighty = [each for each in conversation.need_reasons if each["code"] not in ("start", "rest")]
    weighty.sort(key=lambda each: -abs(each["points"]))
    risks = [_("Risk: %(why)s") % {"why": reason_text(each)} for each in conversation.risk_reasons]
    return " · ".join([*risks, *map(reason_text, weighty)][:2])


@register.filter
def points(reason: Reason) -> str:
    return f"{reason['points']:+d}".replace("-", "−")


@register.filter
def unreviewed(reply: Reply) -> bool:
    """Answered by hand by somebody whose replies a lead sees first."""
    return bool(reply.by_hand and reply.author and needs_approval(reply.author))


@register.simple_tag
def reply_pill(reply: Reply) -> SafeString:
    """Its state; one that could not leave at the last attempt does not look as if all were well."""
    state, word = reply_looks(reply)
    return state_pill(state, word)


@register.simple_tag
def reply_looks(reply: Reply) -> tuple[str, str]:
    """The state to show, and its word where it says more."""
    if reply.state == ReplyState.QUEUED and reply.attempts:
        return "retried", _("Not out yet, tried again")
    return reply.state, ""


@register.simple_tag
def due(conversation: Conversation) -> SafeString:
    """The clock that runs now, where it says something: due soon, or overdue."""
    moment = conversation.next_due_at
    if moment is None:
        return SafeString("")
    left = (moment - clock.now()).total_seconds()
    if left < 0:
        return pill(SafeString(format_html("{} {}", _("Overdue"), time_ago(moment))), "timer", "danger")
    tone = "warning" if left < SOON else ""
    return pill(SafeString(format_html("{} {}", _("Due"), time_ago(moment))), "timer", tone)


@register.filter
def told(entry: AuditEntry) -> str:
    """What somebody did, from the audit."""
    words = DONE.get(entry.verb)
    if words is None:
        return entry.verb
    known = {**entry.before, **entry.after, "claimant": entry.before.get("claimant") or _("nobody")}
    to = entry.after.get("assignee") or entry.after.get("department") or ""
    return _(words) % {"tag": "", "outcome": "", "priority": "", **known, "to": to}


@register.filter(name="language")
def language_name(code: str) -> str:
    return language(code)


@register.filter
def markdown(text: str) -> SafeString:
    return render(text)
