"""Hacker News: heard through Algolia's HN Search API. One reads there; an answer is written by hand."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.hackernews.client import (
    BOTH,
    COMMENTS,
    DAYS_BACK,
    STORIES,
    allow,
    fill,
    follow,
    poll,
)
from oneroof.listening.sources.hackernews.search import ADDRESS

NETWORK = Network(
    key="hackernews",
    title="Hacker News",
    fields=(
        Field(
            name="query",
            label="Words",
            required=True,
            hint="All of them must be there; “quotes” hold words together, a minus excludes one.",
        ),
        Field(
            name="listen_to",
            label="Listen to",
            kind=FieldKind.CHOICE,
            default=BOTH,
            choices=((BOTH, "stories and comments"), (STORIES, "stories"), (COMMENTS, "comments")),
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(
            name="address",
            label="Address of the search",
            kind=FieldKind.URL,
            default=ADDRESS,
            hint="As it is, unless you run a copy of it.",
        ),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    allow=allow,
)
