"""X: heard by recent search, mentions, timelines and the filtered stream, answered by posts in reply."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.x.client import ACCOUNT, DAYS_BACK, MENTIONS, WORDS, fill, poll
from oneroof.listening.sources.x.oauth import OAUTH, RENEWAL
from oneroof.listening.sources.x.publish import can_answer, look_up, publish, read_back
from oneroof.listening.sources.x.service import API, allow, identify
from oneroof.listening.sources.x.streaming import is_streamed, stream
from oneroof.listening.sources.x.thread import follow
from oneroof.listening.sources.x.weight import LENGTH

NETWORK = Network(
    key="x",
    title="X",
    fields=(
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=WORDS,
            choices=(
                (WORDS, "a search"),
                (MENTIONS, "mentions of our account"),
                (ACCOUNT, "what an account says"),
            ),
        ),
        Field(name="query", label="Words", hint="The search in X's own language, or the account's name."),
        Field(name="account", label="Our account", hint="Its name, such as brumi; its mentions are heard."),
        Field(
            name="bearer_token",
            label="Bearer token",
            kind=FieldKind.SECRET,
            hint="Of our app, from X's developer console. It reads; the account below answers.",
        ),
        Field(
            name="client_id", label="Client ID", hint="Of the app, under its user authentication settings."
        ),
        Field(
            name="client_secret",
            label="Client secret",
            kind=FieldKind.SECRET,
            hint="Where the app is a confidential client.",
        ),
        Field(
            name="access_token",
            label="Access token",
            kind=FieldKind.SECRET,
            hint="Leave it empty, and connect the account in the browser once the source is saved.",
        ),
        Field(
            name="refresh_token",
            label="Refresh token",
            kind=FieldKind.SECRET,
            hint="Leave it empty likewise; each serves once, and is exchanged by itself.",
        ),
        Field(
            name="stream",
            label="Hear at once",
            kind=FieldKind.YES_NO,
            default=False,
            hint="Over a connection that stays open, for a search. X allows one for each app.",
        ),
        Field(
            name="backfill_minutes",
            label="Minutes to make up for after a break",
            kind=FieldKind.NUMBER,
            hint="Up to five, where the plan has it; else what was missed is searched for.",
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(name="api", label="Address of the API", kind=FieldKind.URL, default=API),
    ),
    poll=poll,
    fill=fill,
    stream=stream,
    follow=follow,
    identify=identify,
    oauth=OAUTH,
    renewal=RENEWAL,
    allow=allow,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    is_answerable=can_answer,
    is_streamed=is_streamed,
)
