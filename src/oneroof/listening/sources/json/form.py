"""What the form of a source asks for. Each ``…_at`` is a JSON Pointer or a dotted path."""

from dataclasses import replace

from oneroof.listening.sources.base import Field, FieldKind
from oneroof.listening.sources.json.client import (
    AN_HOUR,
    ANY_ORDER,
    DAYS_BACK,
    MINUTES,
    NEWEST_FIRST,
    OVERLAP_MINUTES,
)
from oneroof.listening.sources.json.filling import (
    check_address,
    check_answer_address,
    check_body,
    check_entry_address,
    check_headers,
)
from oneroof.listening.sources.json.paging import (
    CURSOR,
    DAY,
    ISO,
    LINK,
    MILLISECONDS,
    NEXT,
    NONE,
    OFFSET,
    PAGE,
    UNIX,
)
from oneroof.listening.sources.json.parse import HTML, PLAIN, check_zone
from oneroof.listening.sources.json.publish import CHARACTERS

ASKING = (
    Field(
        name="address",
        label="Address of the list",
        kind=FieldKind.URL,
        required=True,
        hint="It may hold {since}, {page}, {offset}, {cursor} and {secret}.",
        check=check_address,
    ),
    Field(
        name="headers",
        label="Headers",
        kind=FieldKind.LONG_TEXT,
        hint="One a line, such as Authorization: Bearer {secret}.",
        check=check_headers,
    ),
    Field(name="secret", label="Secret", kind=FieldKind.SECRET, hint="It takes the place of {secret}."),
    Field(
        name="second_secret",
        label="Second secret",
        kind=FieldKind.SECRET,
        hint="Only where there are two: {second_secret}.",
    ),
)
MAPPING = (
    Field(
        name="list_at",
        label="Where the list lies",
        hint="As /data/items or data.items. Empty: the answer is the list itself.",
    ),
    Field(name="id_at", label="Where an entry’s id lies", required=True, default="id"),
    Field(
        name="text_at",
        label="Where its text lies",
        required=True,
        default="text",
        hint="Several, with commas between, stand one below the other: title, body.",
    ),
    Field(
        name="text_is",
        label="Text is",
        kind=FieldKind.CHOICE,
        default=PLAIN,
        choices=((PLAIN, "plain"), (HTML, "HTML")),
    ),
    Field(name="author_at", label="Where its author lies", required=True, default="author"),
    Field(name="author_name_at", label="Where the author’s name lies", hint="Where it is not the handle."),
    Field(name="time_at", label="Where its time lies", required=True, default="created_at"),
    Field(
        name="time_format",
        label="How times are written",
        hint="Empty: ISO 8601, RFC 2822 or Unix time, as it comes. Otherwise such as %d.%m.%Y %H:%M.",
    ),
    Field(
        name="time_zone",
        label="Time zone",
        default="UTC",
        hint="Of times that do not tell theirs.",
        check=check_zone,
    ),
    Field(name="parent_at", label="Where the id lies of what it answers"),
    Field(
        name="url_at",
        label="Where its address lies",
        hint="Or an address with {id}: https://forum.example/posts/{id}.",
    ),
    Field(name="lang_at", label="Where its language lies"),
    Field(name="likes_at", label="Where its likes lie"),
    Field(name="reposts_at", label="Where its reposts lie"),
    Field(name="followers_at", label="Where its author’s followers lie"),
    Field(name="edited_at", label="Where the time of its last edit lies"),
    Field(
        name="deleted_at",
        label="Where it says that it was deleted",
        hint="Anything there but nothing, false, 0 or “no” says so.",
    ),
)
ONE_ENTRY = (
    Field(
        name="entry_address",
        label="Address of one entry",
        kind=FieldKind.URL,
        hint="With {id}. Before an answer leaves, and while a conversation is open, the entry is looked at again.",
        check=check_entry_address,
    ),
    Field(name="entry_at", label="Where the entry lies in what comes", hint="Empty: it is the entry."),
)
PAGING = (
    Field(
        name="paging",
        label="Pages",
        kind=FieldKind.CHOICE,
        default=NONE,
        choices=(
            (NONE, "there is one page"),
            (PAGE, "by number: {page}"),
            (OFFSET, "by how many were read: {offset}"),
            (CURSOR, "by a word of the answer: {cursor}"),
            (NEXT, "by an address in the answer"),
            (LINK, "by the header Link, rel=next"),
        ),
    ),
    Field(name="first_page", label="Number of the first page", kind=FieldKind.NUMBER, default=1),
    Field(
        name="next_at", label="Where the next page is told", hint="The word or the address; empty at the end."
    ),
    Field(
        name="order",
        label="Order",
        kind=FieldKind.CHOICE,
        default=NEWEST_FIRST,
        choices=((NEWEST_FIRST, "newest first"), (ANY_ORDER, "any: every page is read each time")),
        hint="Where the address holds {since}, every page is read anyway.",
    ),
    Field(
        name="since_format",
        label="{since} is",
        kind=FieldKind.CHOICE,
        default=ISO,
        choices=(
            (ISO, "2026-03-02T09:00:00Z"),
            (DAY, "2026-03-02"),
            (UNIX, "seconds since 1970"),
            (MILLISECONDS, "milliseconds since 1970"),
        ),
    ),
    Field(
        name="overlap_minutes",
        label="Overlap in minutes",
        kind=FieldKind.NUMBER,
        default=OVERLAP_MINUTES,
        hint="So much further back than the newest that is known; edits are heard within it.",
    ),
    Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
    Field(name="minutes", label="Ask every … minutes", kind=FieldKind.NUMBER, default=MINUTES),
    Field(
        name="requests_per_hour",
        label="Requests an hour, at most",
        kind=FieldKind.NUMBER,
        default=AN_HOUR,
        hint="All sources with this host and secret share them.",
    ),
)
ANSWERING = (
    Field(
        name="answer_address",
        label="Address for answers",
        kind=FieldKind.URL,
        hint="It may hold {parent_id}, {thread_id}, {key} and {secret}. Empty: answered by hand.",
        check=check_answer_address,
    ),
    Field(
        name="answer_method",
        label="Method",
        kind=FieldKind.CHOICE,
        default="POST",
        choices=(("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH")),
    ),
    Field(
        name="answer_headers",
        label="Further headers for answers",
        kind=FieldKind.LONG_TEXT,
        hint="One a line, such as Idempotency-Key: {key}.",
        check=check_headers,
    ),
    Field(
        name="answer_body",
        label="Body",
        kind=FieldKind.LONG_TEXT,
        hint='JSON, such as {"parent": "{parent_id}", "text": "{text}"}. Also {key}, {thread_id}, {to}, {author};'
        " {parent_id:number} is a number.",
        check=check_body,
    ),
    Field(
        name="answer_id_at",
        label="Where the id of our answer lies in what comes back",
        hint="Empty where nothing comes back.",
    ),
    Field(name="answer_url_at", label="Where the address of our answer lies in what comes back"),
    Field(
        name="takes_once",
        label="Takes each key once",
        kind=FieldKind.YES_NO,
        default=False,
        hint="The receiver drops a {key} that it has seen: a reply of unknown fate is then sent again.",
    ),
    Field(
        name="max_characters",
        label="Characters of an answer, at most",
        kind=FieldKind.NUMBER,
        default=CHARACTERS,
        least=1,
        most=10_000_000,
    ),
)
FIELDS = (
    *ASKING,
    *(replace(field, group="Which field is what") for field in (*MAPPING, *ONE_ENTRY)),
    *(replace(field, group="Pages and pace") for field in PAGING),
    *(replace(field, group="How an answer is sent") for field in ANSWERING),
)
