"""Feeds: RSS, Atom and JSON Feed, asked politely."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.rss.client import fill, poll
from oneroof.listening.sources.rss.pace import MINUTES

NETWORK = Network(
    key="rss",
    title="Feed (RSS, Atom, JSON)",
    fields=(
        Field(
            name="address",
            label="Address of the feed",
            kind=FieldKind.URL,
            required=True,
            hint="Of a page without being one: the health page then names the feeds that the page offers.",
        ),
        Field(
            name="minutes",
            label="Ask every … minutes",
            kind=FieldKind.NUMBER,
            default=MINUTES,
            hint="At the soonest. Where the feed asks for longer pauses, it gets them.",
        ),
        Field(name="user", label="User", hint="Only where the feed asks for one."),
        Field(name="password", label="Password", kind=FieldKind.SECRET),
    ),
    poll=poll,
    fill=fill,
)
