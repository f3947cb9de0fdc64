"""Mastodon, and what speaks its API: heard by timelines and streams, answered by statuses."""

from oneroof.listening.sources.base import Field, FieldKind, Length, Network
from oneroof.listening.sources.mastodon.client import (
    ACCOUNT,
    DAYS_BACK,
    FEDERATED,
    HASHTAG,
    LOCAL,
    MENTIONS,
    SEARCH,
    fill,
    follow,
    poll,
)
from oneroof.listening.sources.mastodon.instance import CHARACTERS, allow, identify
from oneroof.listening.sources.mastodon.oauth import OAUTH
from oneroof.listening.sources.mastodon.publish import (
    MENTION_ROOM,
    can_answer,
    counted,
    length_of,
    look_up,
    publish,
    read_back,
)
from oneroof.listening.sources.mastodon.streaming import is_streamed, stream

NETWORK = Network(
    key="mastodon",
    title="Mastodon",
    fields=(
        Field(
            name="instance",
            label="Server",
            kind=FieldKind.URL,
            required=True,
            default="https://mastodon.social",
            hint="Where the account is, or whose timeline is heard.",
        ),
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=HASHTAG,
            choices=(
                (HASHTAG, "a hashtag"),
                (MENTIONS, "mentions of our account"),
                (SEARCH, "a search"),
                (ACCOUNT, "what an account says"),
                (LOCAL, "all that is public on the server"),
                (FEDERATED, "all that is public and reaches the server"),
            ),
        ),
        Field(name="query", label="Words", hint="The hashtag, the search, or the account (name@server)."),
        Field(
            name="access_token",
            label="Access token",
            kind=FieldKind.SECRET,
            hint="Of our account. Hashtags and public timelines are heard without one, on servers that allow it.",
        ),
        Field(
            name="stream",
            label="Hear at once",
            kind=FieldKind.YES_NO,
            default=True,
            hint="Over a connection that stays open; needs an access token.",
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
    ),
    poll=poll,
    fill=fill,
    stream=stream,
    follow=follow,
    identify=identify,
    oauth=OAUTH,
    allow=allow,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=Length(limit=CHARACTERS - MENTION_ROOM, count=counted),
    length_of=length_of,
    is_answerable=can_answer,
    is_streamed=is_streamed,
)
