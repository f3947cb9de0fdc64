"""The layout of *Customer Support on Twitter*: one row a tweet, people as numbers, companies by name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from oneroof.core.files.encoding import Writing
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.fields import UnreadablePostError, post_of
from oneroof.listening.sources.files.table import read_table

COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id")
COLUMN_OF = {
    "external_id": "tweet_id",
    "author_handle": "author_id",
    "addressed_to_us": "inbound",
    "parent_id": "in_response_to_tweet_id",
}
REQUIRED = ("external_id", "author_handle", "addressed_to_us", "created_at", "text", "parent_id")
WHOLE = re.compile(r"(\d+)(?:\.0+)?")
ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def is_twcs(header: list[str]) -> bool:
    """Whether these are the columns of that layout, whichever others stand beside them."""
    return set(COLUMNS) <= set(header)


def read_twcs(path: Path, writing: Writing, mapping: Mapping[str, str]) -> Iterator[RawPost | Rejected]:
    """Each tweet; what a company wrote (``inbound`` false) was said by us and is a reply."""
    return read_table(path, writing, {**COLUMN_OF, **mapping}, required=REQUIRED, read=_tweet)


def _tweet(cells: Mapping[str, str]) -> RawPost:
    inbound = cells["addressed_to_us"].strip().lower()
    if inbound not in {"true", "false"}:
        raise UnreadablePostError(f"inbound is “{inbound[:40]}”, neither True nor False")
    return post_of(
        {
            **cells,
            "external_id": _whole(cells["external_id"], "tweet_id"),
            "parent_id": _whole(cells["parent_id"], "in_response_to_tweet_id", may_be_empty=True),
            "text": _unescaped(cells["text"]),
            "kind": "post" if inbound == "true" else "reply",
            "said_by_us": inbound == "false",
        }
    )


def _whole(cell: str, column: str, *, may_be_empty: bool = False) -> str:
    """A tweet's number, which spreadsheets write as ``3.0`` where the column has gaps."""
    if may_be_empty and not cell.strip():
        return ""
    found = WHOLE.fullmatch(cell.strip())
    if found is None:
        raise UnreadablePostError(f"{column} is “{cell.strip()[:40]}”, not a number")
    return found[1]


def _unescaped(text: str) -> str:
    """Twitter's API escapes these three and no other."""
    if "&" in text:
        for escaped, sign in ESCAPED:
            text = text.replace(escaped, sign)
    return text
