"""Microsoft Teams, by the webhook of a workflow ("Post to a channel when a webhook request is received").

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook and
https://adaptivecards.io/explorer/RichTextBlock.html: a ``TextRun`` knows no Markdown, so text is shown as it is. A
message of more than 28 KB is refused.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oneroof.notify.carriers.base import Carrier, Line, Message, Request
from oneroof.notify.carriers.checks import hook


def write(settings: Mapping[str, str], message: Message) -> Request:
    lines = [*message.lines, *([Line(message.more, message.more_url)] if message.more else [])]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": message.heading,
        "body": [{"type": "RichTextBlock", "inlines": _runs(line)} for line in lines],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    body = {"type": "message", "attachments": [attachment]}
    return Request(settings["address"], json.dumps(body).encode(), {"Content-Type": "application/json"})


def _runs(line: Line) -> list[dict[str, Any]]:
    title: dict[str, Any] = {"type": "TextRun", "text": line.title, "weight": "Bolder"}
    title["selectAction"] = {"type": "Action.OpenUrl", "url": line.url}
    return [title, *([{"type": "TextRun", "text": f" {line.text}"}] if line.text else [])]


CARRIER = Carrier(
    key="teams",
    title="Microsoft Teams",
    fields=(
        hook(_("In Teams: the channel’s Workflows, “Post to a channel when a webhook request is received”.")),
    ),
    write=write,
)
