"""A watch as a condition of SQL over the stored posts: pure.

Words, phrases and most NEARs become one ``tsquery`` over a post's own words, whose positions are those the
matcher reads. Where SQL can't tell for sure, the condition lets more through than the watch would and says so
by ``is_exact``: whoever asks then looks at each post once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from oneroof.listening.watch_language import Query
from oneroof.listening.watch_language.fields import fold_name
from oneroof.listening.watch_language.nodes import (
    UNKNOWN_LANGUAGE,
    And,
    Compare,
    Feature,
    From,
    Has,
    Language,
    Near,
    Node,
    Not,
    Or,
    Source,
    Words,
)

MOST_ALTERNATIVES = 400
COLUMN_OF_FEATURE = {
    Feature.LINK: "post.has_link",
    Feature.IMAGE: "post.has_image",
    Feature.QUESTION: "post.has_question",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """``words`` is a tsquery's text where the words alone decide; else ``sql`` with its ``params`` does."""

    is_exact: bool
    words: str = ""
    sql: str = ""
    params: tuple[Any, ...] = ()

    def as_sql(self) -> tuple[str, tuple[Any, ...]]:
        if self.words:
            return "post.words @@ %s::tsquery", (self.words,)
        return self.sql, self.params


EVERYTHING = Condition(is_exact=False, sql="TRUE")


def condition_of(query: Query, sources: Mapping[str, Sequence[int]]) -> Condition:
    """``sources`` has the ids of the sources of each folded name, and of each id as text."""
    return _Writer(sources).condition(query.root)


def names_of(sources: Sequence[tuple[int, str]]) -> dict[str, list[int]]:
    """What ``source:`` may say for these (id, name)."""
    names: dict[str, list[int]] = {}
    for source_id, name in sources:
        names.setdefault(fold_name(name), []).append(source_id)
        names.setdefault(str(source_id), []).append(source_id)
    return names


class _Writer:
    def __init__(self, sources: Mapping[str, Sequence[int]]) -> None:
        self._sources = sources

    def condition(self, node: Node) -> Condition:
        match node:
            case And(parts):
                return _joined([self.condition(part) for part in parts], "&", " AND ")
            case Or(parts):
                return _joined([self.condition(part) for part in parts], "|", " OR ")
            case Not(part):
                return _negated(self.condition(part))
            case Words():
                return Condition(is_exact=True, words=_phrase(node))
            case Near():
                return _near(node)
            case _:
                return self._field(node)

    def _field(self, node: From | Source | Language | Has | Compare) -> Condition:
        match node:
            case From(handle):
                return _exactly("post.author_handle_folded = %s", handle)
            case Source(name):
                return _exactly("post.source_id = ANY(%s)", list(self._sources.get(name, ())))
            case Language(code):
                return _exactly(f"coalesce(post.lang, '{UNKNOWN_LANGUAGE}') = %s", code)
            case Has(feature):
                return _exactly(COLUMN_OF_FEATURE[feature])
            case Compare(count, operator, number):
                return _exactly(f"coalesce(post.{count.value} {operator} %s, FALSE)", number)


def _exactly(sql: str, *params: Any) -> Condition:
    return Condition(is_exact=True, sql=sql, params=params)


def _joined(parts: Sequence[Condition], sign: str, word: str) -> Condition:
    """Those of words alone become one tsquery, which one look into the index answers."""
    exact = all(part.is_exact for part in parts)
    of_words = [part.words for part in parts if part.words]
    others = [part for part in parts if not part.words]
    together = f" {sign} ".join(f"({words})" for words in of_words)
    if not others:
        return Condition(is_exact=exact, words=together)
    pieces = [Condition(is_exact=True, words=together).as_sql()] if together else []
    pieces += [part.as_sql() for part in others]
    return Condition(
        is_exact=exact,
        sql="(" + word.join(sql for sql, _params in pieces) + ")",
        params=tuple(param for _sql, params in pieces for param in params),
    )


def _negated(part: Condition) -> Condition:
    """What lets too much through would, turned round, let too little."""
    if not part.is_exact:
        return EVERYTHING
    if part.words:
        return Condition(is_exact=True, words=f"!({part.words})")
    return Condition(is_exact=True, sql=f"NOT ({part.sql})", params=part.params)


def _phrase(words: Words) -> str:
    written = [_lexeme(term) for term in words.terms]
    if words.is_prefix:
        written[-1] += ":*"
    steps = zip(words.offsets, words.offsets[1:], strict=False)
    gaps = [f" <{after - before}> " for before, after in steps]
    return written[0] + "".join(gap + term for gap, term in zip(gaps, written[1:], strict=True))


def _lexeme(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _near(near: Near) -> Condition:
    """Each two neighbours of the chain stand close; of three or more, that is not yet the chain."""
    pairs = list(zip(near.operands, near.operands[1:], near.distances, strict=False))
    closes = [_close(one, other, distance) for one, other, distance in pairs]
    if all(closes) and len(closes) == 1:
        return Condition(is_exact=True, words=closes[0])
    there = [close or _both(one, other) for close, (one, other, _distance) in zip(closes, pairs, strict=True)]
    return Condition(is_exact=False, words=" & ".join(f"({each})" for each in there))


def _close(one: tuple[Words, ...], other: tuple[Words, ...], distance: int) -> str:
    """Empty where writing it out would take too many alternatives."""
    if len(one) * len(other) * distance * 2 > MOST_ALTERNATIVES:
        return ""
    return " | ".join(
        f"(({first}) <{step}> ({second}))"
        for before, after in ((one, other), (other, one))
        for first, second in product(map(_phrase, before), map(_phrase, after))
        for step in range(1, distance + 1)
    )


def _both(one: tuple[Words, ...], other: tuple[Words, ...]) -> str:
    either = [" | ".join(f"({_phrase(words)})" for words in choice) for choice in (one, other)]
    return f"({either[0]}) & ({either[1]})"
