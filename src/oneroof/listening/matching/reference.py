"""One watch on one post, straight from the tree: for a single watch, for highlighting, and as the baseline
that the matcher is measured against."""

import operator
from collections.abc import Callable, Iterator

from oneroof.listening.matching.document import Document
from oneroof.listening.matching.reading import Reading, neighbours
from oneroof.listening.watch_language.nodes import (
    And,
    Compare,
    Condition,
    From,
    Has,
    Language,
    Near,
    Node,
    Not,
    Or,
    Query,
    Source,
    Words,
)
from oneroof.text.tokens import word_offsets

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}


def holds(query: Query, document: Document) -> bool:
    """Whether the watch matches the post."""
    return holds_in(query.root, Reading(document))


def holds_in(node: Node, reading: Reading) -> bool:
    match node:
        case And(parts):
            return all(holds_in(part, reading) for part in parts)
        case Or(parts):
            return any(holds_in(part, reading) for part in parts)
        case Not(part):
            return not holds_in(part, reading)
        case _:
            return condition_holds(node, reading)


def condition_holds(node: Condition, reading: Reading) -> bool:
    match node:
        case Words():
            return bool(reading.starts(node))
        case Near():
            return reading.has_near(node)
        case Compare(count, sign, number):
            value = getattr(reading.document, count)
            return value is not None and COMPARISONS[sign](value, number)
        case _:
            return field_feature(node) in reading.fields


def field_feature(node: From | Source | Language | Has) -> str:
    match node:
        case From(handle):
            return f"from:{handle}"
        case Source(name):
            return f"source:{name}"
        case Language(code):
            return f"lang:{code}"
        case Has(feature):
            return f"has:{feature}"


def spans(query: Query, text: str | Document) -> list[tuple[int, int]]:
    """Where `text` shows what the watch was after: rising stretches of code points that do not overlap.

    Given a text alone, fields count as satisfied. Nothing where the watch does not match.
    """
    is_text = isinstance(text, str)
    reading = Reading(Document(text) if isinstance(text, str) else text)
    found = _found(query.root, reading, is_any_field=is_text)
    if found is None:
        return []
    offsets = word_offsets(reading.document.text)
    return _merged(sorted((offsets[first][0], offsets[last][1]) for first, last in found))


def _found(node: Node, reading: Reading, *, is_any_field: bool) -> set[tuple[int, int]] | None:
    """The stretches of positions that make the node hold, or None where it does not hold."""
    match node:
        case And(parts):
            every = [_found(part, reading, is_any_field=is_any_field) for part in parts]
            return None if None in every else {stretch for part in every if part for stretch in part}
        case Or(parts):
            some = [_found(part, reading, is_any_field=is_any_field) for part in parts]
            held = [part for part in some if part is not None]
            return set().union(*held) if held else None
        case Not(part):
            is_held = not _is_refuted(part, reading, is_any_field=is_any_field)
            return None if is_held else set()
        case Words():
            return set(_word_stretches(node, reading)) or None
        case Near():
            return set(_near_stretches(node, reading)) or None
        case _:
            return set() if is_any_field or condition_holds(node, reading) else None


def _is_refuted(node: Node, reading: Reading, *, is_any_field: bool) -> bool:
    """Whether the node cannot be said to hold; where fields are open, a field alone never can."""
    match node:
        case And(parts):
            return any(_is_refuted(part, reading, is_any_field=is_any_field) for part in parts)
        case Or(parts):
            return all(_is_refuted(part, reading, is_any_field=is_any_field) for part in parts)
        case Not(part):
            return _found(part, reading, is_any_field=is_any_field) is not None
        case Words() | Near():
            return not condition_holds(node, reading)
        case _:
            return is_any_field or not condition_holds(node, reading)


def _word_stretches(words: Words, reading: Reading) -> Iterator[tuple[int, int]]:
    for start in reading.starts(words):
        yield start, start + words.width


def _near_stretches(near: Near, reading: Reading) -> Iterator[tuple[int, int]]:
    """The occurrences that take part in a whole chain: reached from the left, then from the right."""
    reached = [reading.stretches(near.operands[0])]
    for distance, operand in zip(near.distances, near.operands[1:], strict=True):
        reached.append(neighbours(reached[-1], reading.stretches(operand), distance))
    alive = reached[-1]
    yield from alive
    for distance, before in zip(reversed(near.distances), reversed(reached[:-1]), strict=True):
        alive = neighbours(alive, before, distance)
        yield from alive


def _merged(rising: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in rising:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
