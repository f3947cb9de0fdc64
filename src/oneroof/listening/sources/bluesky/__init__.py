"""Bluesky and the AT Protocol: heard by search, mentions and Jetstream, answered by records under chosen keys."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.bluesky.client import (
    ACCOUNT,
    DAYS_BACK,
    EVERYTHING,
    MENTIONS,
    SEARCH,
    fill,
    follow,
    poll,
)
from oneroof.listening.sources.bluesky.jetstream import JETSTREAM, is_streamed, stream
from oneroof.listening.sources.bluesky.publish import (
    LENGTH,
    can_answer,
    look_up,
    publish,
    read_back,
    takes_once,
)
from oneroof.listening.sources.bluesky.service import APPVIEW, SERVICE, allow, identify

NETWORK = Network(
    key="bluesky",
    title="Bluesky",
    fields=(
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=SEARCH,
            choices=(
                (SEARCH, "a search"),
                (MENTIONS, "mentions of our account"),
                (ACCOUNT, "what an account says"),
                (EVERYTHING, "everything that is said, for the watches to choose from"),
            ),
        ),
        Field(name="query", label="Words", hint="The search, or the account's handle."),
        Field(name="identifier", label="Handle", hint="Of our account, such as care.example.com."),
        Field(
            name="app_password",
            label="App password",
            kind=FieldKind.SECRET,
            hint="Made in Bluesky under Settings, Privacy and security, App passwords; not the account's own.",
        ),
        Field(name="service", label="Account's server", kind=FieldKind.URL, default=SERVICE),
        Field(
            name="appview",
            label="Application view",
            kind=FieldKind.URL,
            default=APPVIEW,
            hint="Asked where there is no account.",
        ),
        Field(name="jetstream", label="Jetstream", kind=FieldKind.URL, default=JETSTREAM),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
    ),
    poll=poll,
    fill=fill,
    stream=stream,
    follow=follow,
    identify=identify,
    allow=allow,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    is_answerable=can_answer,
    is_repeatable=takes_once,
    is_streamed=is_streamed,
)
