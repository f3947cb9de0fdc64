"""Matrix: a message of ours has a transaction id of ours, so the server takes it once however often it is sent.

https://spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid, and #mroommessage
for ``org.matrix.custom.html``. ``m.text``, since clients do not knock for an ``m.notice``.
"""

import json
from collections.abc import Mapping
from html import escape

from django.utils.translation import gettext_lazy as _

from oneroof.notify.carriers.base import Carrier, Field, Line, Message, Request, in_path
from oneroof.notify.carriers.checks import not_a_room, not_an_address


def write(settings: Mapping[str, str], message: Message) -> Request:
    lines = [*message.lines, *([Line(message.more, message.more_url)] if message.more else [])]
    body = {
        "msgtype": "m.text",
        "body": "\n".join(_plain(line) for line in lines),
        "format": "org.matrix.custom.html",
        "formatted_body": "<br>".join(_html(line) for line in lines),
        "m.mentions": {},
    }
    path = f"/_matrix/client/v3/rooms/{in_path(settings['room'])}/send/m.room.message/{message.transaction}"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings['token']}"}
    return Request(settings["server"].rstrip("/") + path, json.dumps(body).encode(), headers, "PUT")


def _plain(line: Line) -> str:
    return f"{line.title} {line.url}" + (f"\n{line.text}" if line.text else "")


def _html(line: Line) -> str:
    said = f"<br>{escape(line.text)}" if line.text else ""
    return f'<a href="{escape(line.url)}"><strong>{escape(line.title)}</strong></a>{said}'


CARRIER = Carrier(
    key="matrix",
    title="Matrix",
    fields=(
        Field("server", _("Home server"), _("As in https://matrix.example.org."), check=not_an_address),
        Field("room", _("Room"), _("Its internal id, as in !abc:example.org."), check=not_a_room),
        Field("token", _("Access token"), _("Of an account that is in the room."), secret=True),
    ),
    write=write,
    may_repeat=True,
)
