"""Reddit: heard by listings and the inbox, answered by comments."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.reddit.account import API, SITE, allow, identify
from oneroof.listening.sources.reddit.client import (
    DAYS_BACK,
    INBOX,
    POSTS,
    SEARCH,
    SUBREDDIT,
    fill,
    poll,
)
from oneroof.listening.sources.reddit.oauth import OAUTH
from oneroof.listening.sources.reddit.publish import LENGTH, can_answer, look_up, publish, read_back
from oneroof.listening.sources.reddit.thread import follow

NETWORK = Network(
    key="reddit",
    title="Reddit",
    fields=(
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=SUBREDDIT,
            choices=(
                (SUBREDDIT, "posts and comments of a subreddit"),
                (POSTS, "posts of a subreddit"),
                (SEARCH, "a search"),
                (INBOX, "replies to our account, and mentions of it"),
            ),
        ),
        Field(
            name="subreddit",
            label="Subreddit",
            hint="Such as kettles; several with a plus between: kettles+tea.",
        ),
        Field(name="query", label="Search for", hint="In the subreddit, or everywhere where none is given."),
        Field(
            name="client_id",
            label="Application ID",
            required=True,
            hint="Under its name at reddit.com/prefs/apps.",
        ),
        Field(name="client_secret", label="Application secret", kind=FieldKind.SECRET, required=True),
        Field(
            name="refresh_token",
            label="Refresh token",
            kind=FieldKind.SECRET,
            hint="Of our account: connect it in the browser once the source is saved, or paste one here.",
        ),
        Field(name="username", label="Account", hint="Its name; for applications of the kind “script”."),
        Field(
            name="password",
            label="Password",
            kind=FieldKind.SECRET,
            hint="For applications of the kind “script” only.",
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(name="site", label="Address for signing in", kind=FieldKind.URL, default=SITE),
        Field(name="api", label="Address of the API", kind=FieldKind.URL, default=API),
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
    has_markdown=True,
    is_answerable=can_answer,
)
