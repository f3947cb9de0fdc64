"""What can be told of a post from its own words: pure, so that several processes can do it at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from oneroof.listening.matching import Document, Matcher
from oneroof.listening.need import PostFacts, Told, Words, asks_something, read_words, told_by
from oneroof.listening.sources.base import EXTERNAL_ID_LIMIT, HANDLE_LIMIT, NAME_LIMIT, RawPost
from oneroof.listening.words_vector import vector_of
from oneroof.text.feeling import judge
from oneroof.text.language import detect
from oneroof.text.noise import has_address
from oneroof.text.similarity import all_bands
from oneroof.text.tokens import Tokens, fold_handle, tokenize

TEXT_LIMIT = 100_000
COUNT_LIMIT = 2**62
_HANDLES = re.compile(r"[@＠]([\w.\-@]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """What of a source the enriching of its posts needs to know."""

    source_id: int
    name: str
    our_handles: frozenset[str]  # folded
    is_private: bool = False  # whoever writes there writes to us
    keeps_all: bool = True  # also what no watch catches

    def document(self, post: "Enriched") -> Document:
        return Document(
            text=post.text,
            author_handle=post.author_handle,
            source=self.name,
            source_id=self.source_id,
            lang=post.lang or "",
            has_link=post.has_link,
            has_image=post.raw.has_image,
            has_question=post.has_question,
            followers=post.raw.followers,
            reposts=post.raw.reposts,
        )


class Judged(NamedTuple):
    """What is asked only of a post that is kept, for it takes longer than matching does.

    ``words`` is what search looks at, ``told`` what the need for an answer is told from, ``bands`` the keys of
    near-copies: our own posts have none.
    """

    words: str
    told: Told
    feeling: float | None
    bands: tuple[int, ...]


@dataclass(slots=True)
class Enriched:
    """One post with what a watch may ask of it; ``watches`` holds the ids of those that matched."""

    raw: RawPost
    external_id: str
    parent_id: str | None
    author_handle: str
    author_folded: str
    author_name: str
    text: str
    lang: str | None
    has_link: bool
    has_question: bool
    is_ours: bool
    is_to_us: bool
    watches: tuple[int, ...] = ()
    read: "tuple[Tokens, Words] | None" = None
    known: Judged | None = None

    @property
    def judged(self) -> Judged:
        """Found out when it is first asked for; ``judge_all`` does many at once in less time."""
        if self.known is None:
            judge_all([self])
        assert self.known
        return self.known

    @property
    def has_image(self) -> bool:
        return self.raw.has_image

    @property
    def above(self) -> list[str]:
        """What stands above it in its thread, the eldest first, the parent last."""
        elders = [clean(name)[:EXTERNAL_ID_LIMIT] for name in self.raw.ancestor_ids]
        line = [*elders, self.parent_id] if self.parent_id else elders
        return [name for name in line if name and name != self.external_id]


_found_out = attrgetter(*[each.name for each in fields(Enriched) if each.name != "raw"])


def found_out(posts: Iterable[Enriched]) -> list[tuple[Any, ...]]:
    """What is sent to another process, which has what was read and `with_raw` makes whole."""
    return list(map(_found_out, posts))


def with_raw(posts: Iterable[RawPost], found: Iterable[tuple[Any, ...]]) -> list[Enriched]:
    return [Enriched(raw, *each) for raw, each in zip(posts, found, strict=True)]


def enrich(posts: Iterable[RawPost], place: Place, matcher: Matcher) -> list[Enriched]:
    """Read posts: language (None: unknown), flags, matches; and judge those that will be kept for sure."""
    raws = list(posts)
    texts = [clean(raw.text)[:TEXT_LIMIT] for raw in raws]
    langs = [raw.lang or detect(text) for raw, text in zip(raws, texts, strict=True)]
    read = list(zip(map(tokenize, texts), map(read_words, texts), strict=True))
    enriched = list(map(partial(_told_apart, place), raws, texts, langs, read))
    for post, (tokens, _said) in zip(enriched, read, strict=True):
        post.watches = tuple(sorted(matcher.match(place.document(post), tokens)))
    judge_all(post for post in enriched if place.keeps_all or post.watches)
    return enriched


def judge_all(posts: Iterable[Enriched]) -> None:
    """Find out what is not known yet of the posts that are to be kept."""
    unknown = [post for post in posts if post.known is None]
    theirs = [post for post in unknown if not post.is_ours]
    bands = dict(zip(map(id, theirs), all_bands(post.text for post in theirs), strict=True))
    read = [post.read or (tokenize(post.text), read_words(post.text)) for post in unknown]
    feelings = [judge(post.text, post.lang) for post in unknown]
    vectors = [vector_of(tokens) for tokens, _said in read]
    for post, (_tokens, said), words, feeling in zip(unknown, read, vectors, feelings, strict=True):
        told = told_by(_own_facts(post, feeling), said)
        post.known = Judged(words, told, feeling, bands.get(id(post), ()))
        post.read = None


def _own_facts(post: Enriched, feeling: float | None) -> PostFacts:
    """What the words' part in the need for an answer depends on."""
    return PostFacts(
        text=post.text,
        lang=post.lang,
        feeling=feeling,
        has_link=post.has_link,
        has_image=post.has_image,
        kind=post.raw.kind,
    )


def _told_apart(
    place: Place, raw: RawPost, text: str, lang: str | None, read: tuple[Tokens, Words]
) -> Enriched:
    author = clean(raw.author_handle)[:HANDLE_LIMIT].lstrip("@")
    folded = fold_handle(author)
    is_ours = folded in place.our_handles if raw.said_by_us is None else raw.said_by_us
    return Enriched(
        raw=raw,
        external_id=clean(raw.external_id)[:EXTERNAL_ID_LIMIT],
        parent_id=clean(raw.parent_id)[:EXTERNAL_ID_LIMIT] if raw.parent_id else None,
        author_handle=author,
        author_folded=folded,
        author_name=clean(raw.author_name)[:NAME_LIMIT],
        text=text,
        lang=lang,
        has_link=has_address(text),
        has_question=asks_something(read[1], lang),
        is_ours=is_ours,
        is_to_us=not is_ours and is_addressed(text, raw, place),
        read=read,
    )


def is_addressed(text: str, raw: RawPost, place: Place) -> bool:
    """What the network says, else whether it is a place of ours or one of our handles is called by name."""
    if raw.addressed_to_us is not None:
        return raw.addressed_to_us
    return place.is_private or any(
        fold_handle(handle) in place.our_handles for handle in _HANDLES.findall(text)
    )


def clean(text: str) -> str:
    """Without what PostgreSQL can't hold: NUL, and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def bounded(count: int | None) -> int | None:
    return None if count is None else max(0, min(count, COUNT_LIMIT))
