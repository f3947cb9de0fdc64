"""A watch's tree made ready for many posts: conjunctions whose quick parts are set operations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from sys import intern
from typing import Final, Protocol

from oneroof.listening.matching.reading import Reading
from oneroof.listening.matching.reference import COMPARISONS, field_feature
from oneroof.listening.watch_language.nodes import And, Compare, Near, Node, Not, Or, Words
from oneroof.text.tokens import is_mark


class Check(Protocol):
    """What set operations on features cannot decide."""

    def holds(self, reading: Reading) -> bool: ...


class Conjunction:
    """All of `need`, none of `ban`, and every check."""

    __slots__ = ("ban", "checks", "need")

    def __init__(self, need: tuple[str, ...], ban: tuple[str, ...], checks: tuple[Check, ...]) -> None:
        self.need = need
        self.ban = ban
        self.checks = checks

    def holds(self, reading: Reading) -> bool:
        features = reading.features
        if not features.issuperset(self.need) or not features.isdisjoint(self.ban):
            return False
        for check in self.checks:  # noqa: SIM110 - all() would make a generator for each candidate
            if not check.holds(reading):
                return False
        return True

    def features(self) -> Iterator[str]:
        """Every feature it looks at, those of its checks included."""
        yield from self.need
        yield from self.ban
        for check in self.checks:
            if isinstance(check, AnyOf):
                yield from check.choices
                for branch in check.branches:
                    yield from branch.features()
            elif isinstance(check, NoneOf):
                yield from check.conjunction.features()


class AnyOf:
    __slots__ = ("branches", "choices")

    def __init__(self, choices: tuple[str, ...], branches: tuple[Conjunction, ...]) -> None:
        self.choices = choices
        self.branches = branches

    def holds(self, reading: Reading) -> bool:
        if not reading.features.isdisjoint(self.choices):
            return True
        for branch in self.branches:  # noqa: SIM110 - any() would make a generator for each candidate
            if branch.holds(reading):
                return True
        return False

    def one_of(self) -> tuple[str, ...]:
        """Features one of which every post has in which it holds; empty where it may hold without any."""
        if not all(branch.need for branch in self.branches):
            return ()
        return (*self.choices, *(branch.need[0] for branch in self.branches))


class NoneOf:
    __slots__ = ("conjunction",)

    def __init__(self, conjunction: Conjunction) -> None:
        self.conjunction = conjunction

    def holds(self, reading: Reading) -> bool:
        return not self.conjunction.holds(reading)


class Adjacent:
    """A phrase, whose words are known to be there."""

    __slots__ = ("plain", "words")

    def __init__(self, words: Words) -> None:
        self.words = words
        is_plain = words.width == len(words.terms) - 1 and not any(map(is_mark, words.terms))
        end = "" if words.is_prefix else " "
        self.plain = f" {' '.join(words.terms)}{end}" if is_plain else None

    def holds(self, reading: Reading) -> bool:
        if self.plain is not None and (joined := reading.joined) is not None:
            return self.plain in joined
        return bool(reading.starts(self.words))

    def bigrams(self) -> Iterator[tuple[str, str]]:
        """Neighbours that a matching post has too."""
        whole = self.words.terms[:-1] if self.words.is_prefix else self.words.terms
        return pairwise(whole) if self.plain is not None else iter(())


class Close:
    __slots__ = ("near",)

    def __init__(self, near: Near) -> None:
        self.near = near

    def holds(self, reading: Reading) -> bool:
        return reading.has_near(self.near)


class TwoClose:
    """The commonest NEAR by far: two words."""

    __slots__ = ("distance", "one", "other")

    def __init__(self, one: str, other: str, distance: int) -> None:
        self.one = one
        self.other = other
        self.distance = distance

    def holds(self, reading: Reading) -> bool:
        return reading.has_two_near(self.one, self.other, self.distance)


def _close(near: Near) -> Close | TwoClose:
    words = [choice[0] for choice in near.operands]
    is_simple = len(words) == 2 and all(len(choice) == 1 for choice in near.operands)
    if is_simple and all(len(word.terms) == 1 and not word.is_prefix for word in words):
        return TwoClose(words[0].terms[0], words[1].terms[0], near.distances[0])
    return Close(near)


class Compares:
    __slots__ = ("comparison", "is_negated")

    def __init__(self, comparison: Compare, *, is_negated: bool) -> None:
        self.comparison = comparison
        self.is_negated = is_negated

    def holds(self, reading: Reading) -> bool:
        comparison = self.comparison
        value = getattr(reading.document, comparison.count)
        is_true = value is not None and COMPARISONS[comparison.operator](value, comparison.number)
        return is_true is not self.is_negated


NO_CHECKS: Final[tuple[Check, ...]] = ()


@dataclass(slots=True)
class _Draft:
    need: dict[str, None] = field(default_factory=dict)
    ban: dict[str, None] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def finished(self) -> Conjunction:
        return Conjunction(tuple(self.need), tuple(self.ban), tuple(self.checks) or NO_CHECKS)

    def add(self, node: Node) -> None:
        match node:
            case And(parts):
                for part in parts:
                    self.add(part)
            case Or(parts):
                self.checks.append(_any_of([compile_conjunction(part) for part in parts]))
            case Not(part):
                self.forbid(part)
            case Words():
                self._add_words(node)
            case Near():
                self._add_near(node)
            case Compare():
                self.checks.append(Compares(node, is_negated=False))
            case _:
                self.need[field_feature(node)] = None

    def forbid(self, node: Node) -> None:
        match node:
            case Or(parts):
                for part in parts:
                    self.forbid(part)
            case And(parts):
                self.checks.append(_any_of([_compile_negation(part) for part in parts]))
            case Not(part):
                self.add(part)
            case Words() if len(node.terms) == 1:
                self.ban[words_features(node)[0]] = None
            case Words() | Near():
                self.checks.append(NoneOf(compile_conjunction(node)))
            case Compare():
                self.checks.append(Compares(node, is_negated=True))
            case _:
                self.ban[field_feature(node)] = None

    def _add_words(self, words: Words) -> None:
        self.need.update(dict.fromkeys(words_features(words)))
        if len(words.terms) > 1:
            self.checks.append(Adjacent(words))

    def _add_near(self, near: Near) -> None:
        for choice in near.operands:
            if len(choice) == 1:
                self.need.update(dict.fromkeys(words_features(choice[0])))
            else:
                self.checks.append(_any_of([_features_only(words) for words in choice]))
        self.checks.append(_close(near))


def compile_conjunction(node: Node) -> Conjunction:
    draft = _Draft()
    draft.add(node)
    return draft.finished()


def _compile_negation(node: Node) -> Conjunction:
    draft = _Draft()
    draft.forbid(node)
    return draft.finished()


def _features_only(words: Words) -> Conjunction:
    return Conjunction(tuple(dict.fromkeys(words_features(words))), (), NO_CHECKS)


def _any_of(parts: list[Conjunction]) -> AnyOf:
    simple = [part for part in parts if _is_one_feature(part)]
    others = tuple(part for part in parts if not _is_one_feature(part))
    return AnyOf(tuple(dict.fromkeys(part.need[0] for part in simple)), others)


def _is_one_feature(part: Conjunction) -> bool:
    return len(part.need) == 1 and not part.ban and not part.checks


def words_features(words: Words) -> tuple[str, ...]:
    """The features a post must have for the words to stand in it; `charg*` is the feature of a beginning."""
    if words.is_prefix:
        return (*words.terms[:-1], intern(f"{words.terms[-1]}*"))
    return words.terms


def clause_nodes(root: Node) -> tuple[Node, ...]:
    """The alternatives of a watch, each of which is looked for by itself."""
    return root.parts if isinstance(root, Or) else (root,)
