"""Discourse forums: heard by asking and by signed webhooks, answered as a named user."""

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Batch, Cursor, Field, FieldKind, Network, Settings
from oneroof.listening.sources.discourse.client import (
    DAYS_BACK,
    LATEST,
    SEARCH,
    TOPIC,
    fill,
    poll_latest,
)
from oneroof.listening.sources.discourse.forum import allow, identify
from oneroof.listening.sources.discourse.publish import LENGTH, can_answer, look_up, publish, read_back
from oneroof.listening.sources.discourse.search import poll_search
from oneroof.listening.sources.discourse.topics import follow, poll_topic
from oneroof.listening.sources.discourse.webhook import check_secret, new_secret, receive

POLLS = {LATEST: poll_latest, SEARCH: poll_search, TOPIC: poll_topic}


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """In the way that the source listens."""
    return POLLS[str(settings.get("listen_to") or LATEST)](settings, cursor, client)


NETWORK = Network(
    key="discourse",
    title="Discourse",
    fields=(
        Field(
            name="forum",
            label="Forum",
            kind=FieldKind.URL,
            required=True,
            hint="Its address, such as https://forum.example.",
        ),
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=LATEST,
            choices=((LATEST, "all that is said"), (SEARCH, "a search"), (TOPIC, "one topic")),
        ),
        Field(name="query", label="Words", hint="The search, or the topic's address."),
        Field(
            name="username",
            label="We answer as",
            hint="The user whose name stands above our answers. Public forums are heard without one.",
        ),
        Field(name="api_key", label="API key", kind=FieldKind.SECRET, hint="Of that user."),
        Field(
            name="webhook_secret",
            label="Webhook secret",
            kind=FieldKind.SECRET,
            hint="The forum signs with it what it pushes to us. Two, with a space between, are both taken.",
            make=new_secret,
            check=check_secret,
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    identify=identify,
    allow=allow,
    receive=receive,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    has_markdown=True,
    is_answerable=can_answer,
)
