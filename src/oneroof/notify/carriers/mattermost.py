"""Mattermost's incoming webhooks: https://developers.mattermost.com/integrate/webhooks/incoming/.

``text`` is Markdown, and a webhook's ``@channel`` calls everybody: what could be markup is escaped, and an
``@`` is followed by a sign of no width, so that it is no mention.
"""

import json
import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from oneroof.notify.carriers.base import Carrier, Line, Message, Request
from oneroof.notify.carriers.checks import hook

MARKUP = re.compile(r"[\\`*_{}\[\]()#+\-.!|~<>:&]")
NO_WIDTH = "\u200b"


def write(settings: Mapping[str, str], message: Message) -> Request:
    lines = [_line(line) for line in message.lines]
    if message.more:
        lines.append(_line(Line(message.more, message.more_url)))
    body = {"text": "\n".join(lines)}
    return Request(settings["address"], json.dumps(body).encode(), {"Content-Type": "application/json"})


def _line(line: Line) -> str:
    said = f": {_escaped(line.text)}" if line.text else ""
    return f"- [**{_escaped(line.title)}**]({line.url}){said}"


def _escaped(text: str) -> str:
    return MARKUP.sub(r"\\\g<0>", " ".join(text.split())).replace("@", f"@{NO_WIDTH}")


CARRIER = Carrier(
    key="mattermost",
    title="Mattermost",
    fields=(hook(_("In Mattermost: Integrations, Incoming Webhooks, “Add Incoming Webhook”.")),),
    write=write,
)
