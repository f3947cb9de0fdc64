"""YouTube: heard by the comments of a channel or a video, answered in their threads."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.youtube.client import CHANNEL, DAYS_BACK, VIDEO, fill, follow, poll
from oneroof.listening.sources.youtube.oauth import OAUTH
from oneroof.listening.sources.youtube.publish import LENGTH, can_answer, look_up, publish, read_back
from oneroof.listening.sources.youtube.quota import UNITS
from oneroof.listening.sources.youtube.service import API, TOKENS, allow, identify

NETWORK = Network(
    key="youtube",
    title="YouTube",
    fields=(
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=CHANNEL,
            choices=((CHANNEL, "all comments of a channel"), (VIDEO, "the comments of one video")),
        ),
        Field(
            name="query",
            label="Channel or video",
            required=True,
            hint="The channel's @name or its ID, or the video's address.",
        ),
        Field(
            name="api_key",
            label="API key",
            kind=FieldKind.SECRET,
            hint="Of a Google Cloud project with the YouTube Data API v3. It reads; the account below answers.",
        ),
        Field(
            name="client_id", label="Client ID", hint="Of an OAuth client of the same project, kind “web”."
        ),
        Field(name="client_secret", label="Client secret", kind=FieldKind.SECRET),
        Field(
            name="refresh_token",
            label="Refresh token",
            kind=FieldKind.SECRET,
            hint="Leave it empty, and connect the account in the browser once the source is saved.",
        ),
        Field(
            name="daily_units",
            label="Units a day",
            kind=FieldKind.NUMBER,
            default=UNITS,
            most=100_000_000,
            hint="What the project may use: reading costs 1, a reply 50.",
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(name="api", label="Address of the API", kind=FieldKind.URL, default=API),
        Field(name="token_address", label="Address for tokens", kind=FieldKind.URL, default=TOKENS),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    identify=identify,
    oauth=OAUTH,
    allow=allow,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    is_answerable=can_answer,
)
