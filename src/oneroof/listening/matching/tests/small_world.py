"""Random watches and posts of a tiny vocabulary, in which they meet often; and the grammar read naively."""

import operator
import random
from collections.abc import Iterator
from itertools import pairwise

from oneroof.listening.matching import Document
from oneroof.listening.watch_language import Fault, Query, WatchSyntaxError, parse
from oneroof.listening.watch_language.nodes import (
    And,
    Compare,
    Field,
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
from oneroof.text.tokens import fold, fold_handle, tokenize

WORDS = (
    "kettle",
    "Kettles",
    "leak",
    "leaks",
    "CAFÉ",
    "cafe",
    "don't",
    "ﬁlter",
    "STRASSE",
    "straße",
    "é",
    "1½",
)
SPACELESS = ("電", "池", "電池", "が", "バッテリー", "แบต", "เตอรี่", "电池")
MARKED = ("#leak", "#Kettles", "@brumi", "@Bru.mi", "#電池", "👍", "👍🏽", "❤️", "👩‍💻", "🇩🇪", "3️⃣")
STARTS = ("ket*", "lea*", "caf*", "#le*", "@br*", "fil*", "str*", "leak*")
FIELDS = (
    *("from:brumi", "from:@Tea_Lover", "source:forum", 'source:"The Shop"', "source:7", "lang:en", "lang:unknown"),
    *("has:link", "has:image", "has:question", "followers:>10", "followers:<=10", "reposts:=0", "reposts:≥3"),
    *("from:(brumi OR zoë)", "lang:(de OR ja)"),
)  # fmt: skip
_COMPARED = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}


class World:
    """The same seed makes the same watches and posts."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def watches(self, count: int) -> list[str]:
        return [self._watch() for _ in range(count)]

    def posts(self, count: int) -> list[Document]:
        return [self._post() for _ in range(count)]

    def _watch(self) -> str:
        while True:
            query = self._tree(self._rng.randint(0, 3))
            try:
                parse(query)
            except WatchSyntaxError as error:
                if error.fault is not Fault.MATCHES_EVERYTHING:
                    raise
            else:
                return query

    def _tree(self, depth: int) -> str:
        rng = self._rng
        if depth == 0 or rng.random() < 0.2:
            return self._leaf()
        parts = [self._tree(depth - 1) for _ in range(rng.randint(1, 3))]
        parts = [rng.choice(("{}", "({})", "-({})", "NOT ({})", "({})")).format(part) for part in parts]
        return rng.choice((" ", " AND ", " OR ", " OR ")).join(parts)

    def _leaf(self) -> str:
        rng = self._rng
        chance = rng.random()
        if chance < 0.35:
            return self._term()
        if chance < 0.55:
            return f'"{" ".join(self._term(is_last=False) for _ in range(rng.randint(1, 3)))}"'
        if chance < 0.65:
            return rng.choice(STARTS)
        if chance < 0.8:
            return self._near()
        return rng.choice(("", "", "-")) + rng.choice(FIELDS)

    def _term(self, *, is_last: bool = True) -> str:
        kinds = (WORDS, WORDS, SPACELESS, MARKED, STARTS if is_last else WORDS)
        return self._rng.choice(self._rng.choice(kinds))

    def _near(self) -> str:
        operands = [self._near_operand() for _ in range(self._rng.choice((2, 2, 3)))]
        text = operands[0]
        for operand in operands[1:]:
            text += f" NEAR/{self._rng.randint(1, 5)} {operand}"
        return text

    def _near_operand(self) -> str:
        rng = self._rng
        if rng.random() < 0.6:
            return self._term()
        if rng.random() < 0.5:
            return f'"{self._term(is_last=False)} {self._term()}"'
        return f"({self._term()} OR {self._term()})"

    def _post(self) -> Document:
        rng = self._rng
        pieces = [
            rng.choice(rng.choice((WORDS, WORDS, SPACELESS, MARKED))) for _ in range(rng.randint(0, 14))
        ]
        text = "".join(piece + rng.choice((" ", " ", " ", ", ", "", " …\n")) for piece in pieces)
        return Document(
            text,
            author_handle=rng.choice(("brumi", "@Tea_Lover", "Zoe", "")),
            source=rng.choice(("Forum", "the  SHOP", "")),
            source_id=rng.choice((7, 8, None)),
            lang=rng.choice(("en", "de", "ja", "")),
            has_link=rng.random() < 0.5,
            has_image=rng.random() < 0.5,
            has_question=rng.random() < 0.5,
            followers=rng.choice((None, 0, 10, 11, 5_000)),
            reposts=rng.choice((None, 0, 3)),
        )


class Naive:
    """A post on which the grammar is read word by word, with nothing remembered and nothing clever."""

    def __init__(self, document: Document) -> None:
        self.document = document
        words, marks = tokenize(document.text)
        self.at = [{word, *(mark for place, mark in marks if place == at)} for at, word in enumerate(words)]

    def holds(self, query: Query) -> bool:
        return self._holds(query.root)

    def _holds(self, node: Node) -> bool:
        match node:
            case And(parts):
                return all(self._holds(part) for part in parts)
            case Or(parts):
                return any(self._holds(part) for part in parts)
            case Not(part):
                return not self._holds(part)
            case Words():
                return any(self._stretches((node,)))
            case Near():
                return any(self._chains(node, 0, None))
            case _:
                return self._field_holds(node)

    def _field_holds(self, node: Field) -> bool:
        post = self.document
        match node:
            case From(handle):
                return bool(post.author_handle) and fold_handle(post.author_handle) == handle
            case Source(name):
                return name in (" ".join(fold(post.source).split()), str(post.source_id))
            case Language(code):
                return (post.lang or "unknown") == code
            case Has(feature):
                return bool(getattr(post, f"has_{feature}"))
            case Compare(count, sign, number):
                value = getattr(post, count)
                return value is not None and _COMPARED[sign](value, number)

    def _stretches(self, choice: tuple[Words, ...]) -> Iterator[tuple[int, int]]:
        for words in choice:
            for start in range(len(self.at)):
                if self._stands(words, start):
                    yield start, start + words.width

    def _stands(self, words: Words, start: int) -> bool:
        if start + words.width >= len(self.at):
            return False
        *first, last = [
            (term, self.at[start + off]) for term, off in zip(words.terms, words.offsets, strict=True)
        ]
        if not all(term in there for term, there in first):
            return False
        term, there = last
        return any(word.startswith(term) for word in there) if words.is_prefix else term in there

    def _chains(self, near: Near, link: int, before: tuple[int, int] | None) -> Iterator[bool]:
        for stretch in self._stretches(near.operands[link]):
            if before is not None and not self._is_close(before, stretch, near.distances[link - 1]):
                continue
            if link == len(near.operands) - 1:
                yield True
            else:
                yield from self._chains(near, link + 1, stretch)

    @staticmethod
    def _is_close(one: tuple[int, int], other: tuple[int, int], distance: int) -> bool:
        return any(0 < late[0] - early[1] <= distance for early, late in pairwise((one, other, one)))
