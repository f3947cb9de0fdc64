"""A conversation's row: a list has fifty, so it is drawn without a template, decision 0181."""

from collections.abc import Iterator

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.care.models import Conversation, State
from oneroof.care.templatetags.care_ui import due, glance
from oneroof.core.templatetags.oneroof_ui import need_badge, pill, state_pill, time_ago

register = template.Library()

ROW = """<li class="row" id="row-{pk}" data-row data-conversation="{pk}">
  <div class="row__lead"><label class="check"><input type="checkbox" name="chosen" value="{pk}" data-row-check>\
<span class="sr-only">{choose}</span></label>{need}</div>
  <div>
    <div class="row__head"><a class="row__link row__who" dir="auto" href="{address}" hx-get="{address}" \
hx-target="#detail" hx-select="#detail > *" hx-swap="innerHTML" hx-push-url="true"{current}>{who}</a>\
<span class="row__where">{where}</span><span class="row__time">{said}</span></div>
    <p class="row__text" dir="auto">{snippet}</p>
    <div class="row__foot">{signs}{tags}<span class="row__why">{why}</span></div>
  </div>
</li>"""
CURRENT = SafeString(' aria-current="true"')


@register.simple_tag(takes_context=True)
def conversation_row(context: Context, conversation: Conversation, current: int | None = None) -> SafeString:
    """One of a list, with ``list_query`` and ``user`` of the page; ``current`` is the number of the open one."""
    return format_html(
        ROW,
        pk=conversation.pk,
        choose=_("Choose"),
        need=need_badge(conversation.need),
        address=reverse("care:conversation", args=[conversation.pk]) + context["list_query"],
        current=CURRENT if conversation.pk == current else "",
        who=conversation.customer_name or conversation.customer_handle,
        where=conversation.source.name,
        said=time_ago(conversation.customer_said_at),
        snippet=conversation.snippet,
        signs=SafeString("".join(_signs(conversation, context["user"]))),
        tags=format_html_join(
            "", '<span class="tag" dir="auto">{}</span>', ((tag,) for tag in conversation.tags.all())
        ),
        why=glance(conversation),
    )


def _signs(conversation: Conversation, reader: User) -> Iterator[SafeString]:
    """In which state it is, and what of that matters to the reader."""
    if conversation.is_at_risk:
        yield state_pill("at_risk")
    if conversation.state == State.OPEN:
        yield due(conversation)
        yield from _who_has_it(conversation, reader)
    elif conversation.state == State.SNOOZED:
        until = time_ago(conversation.snoozed_until)
        yield state_pill("snoozed") + format_html('<span class="row__why">{}</span>', until)
    elif conversation.state == State.WAITING:
        yield state_pill("waiting")
    elif conversation.outcome:
        yield state_pill(conversation.outcome)
    if conversation.priority_by_hand:
        yield state_pill(conversation.priority)


def _who_has_it(conversation: Conversation, reader: User) -> Iterator[SafeString]:
    if holder := conversation.holder:
        yield state_pill("mine") if holder == reader else state_pill("claimed", str(holder))
    elif conversation.assignee:
        yield pill(str(conversation.assignee), "arrow-right", "accent")
