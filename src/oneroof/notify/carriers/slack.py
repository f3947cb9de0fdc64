"""Slack's incoming webhooks.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: text of a rich text block is shown as it is,
so what a customer wrote calls nobody and formats nothing. Only ``text``, what a phone's banner shows, is read
as markup; there ``&``, ``<`` and ``>`` are written as entities
(https://docs.slack.dev/messaging/formatting-message-text#escaping).
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oneroof.notify.carriers.base import Carrier, Line, Message, Request
from oneroof.notify.carriers.checks import hook


def write(settings: Mapping[str, str], message: Message) -> Request:
    sections = [_section(line) for line in message.lines]
    if message.more:
        sections.append(_section(Line(message.more, message.more_url)))
    body = {"text": _escaped(message.heading), "blocks": [{"type": "rich_text", "elements": sections}]}
    return Request(settings["address"], json.dumps(body).encode(), {"Content-Type": "application/json"})


def _section(line: Line) -> dict[str, Any]:
    link: dict[str, Any] = {"type": "link", "url": line.url, "text": line.title, "style": {"bold": True}}
    said = [{"type": "text", "text": f"\n{line.text}"}] if line.text else []
    return {"type": "rich_text_section", "elements": [link, *said, {"type": "text", "text": "\n"}]}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


CARRIER = Carrier(
    key="slack",
    title="Slack",
    fields=(hook(_("In Slack: an app with “Incoming Webhooks” switched on, then “Add New Webhook”.")),),
    write=write,
)
