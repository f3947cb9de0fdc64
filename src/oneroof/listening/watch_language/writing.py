"""A watch's meaning as text again: parsing it yields the same meaning."""

import re

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

_PLAIN_VALUE = re.compile(r"[\w.@-]+")


def unparse(query: Query | Node) -> str:
    return _written(query.root if isinstance(query, Query) else query)


def _written(node: Node) -> str:
    match node:
        case And(parts):
            return " ".join(_grouped(part, Or, And) for part in parts)
        case Or(parts):
            return " OR ".join(_grouped(part, Or) for part in parts)
        case Not(part):
            return "NOT " + _grouped(part, Or, And, Not)
        case _:
            return _condition(node)


def _condition(node: Condition) -> str:
    match node:
        case Words():
            return _words(node)
        case Near(operands, distances):
            choices = [_choice(operand) for operand in operands]
            links = (
                f" NEAR/{distance} {choice}" for distance, choice in zip(distances, choices[1:], strict=True)
            )
            return choices[0] + "".join(links)
        case From(value) | Source(value):
            name = "from" if isinstance(node, From) else "source"
            return f"{name}:{value}" if _PLAIN_VALUE.fullmatch(value) else f'{name}:"{value}"'
        case Language(code):
            return f"lang:{code}"
        case Has(feature):
            return f"has:{feature}"
        case Compare(count, operator, number):
            return f"{count}:{operator}{number}"


def _grouped(node: Node, *kinds: type[Node]) -> str:
    return f"({_written(node)})" if isinstance(node, kinds) else _written(node)


def _choice(operand: tuple[Words, ...]) -> str:
    return _words(operand[0]) if len(operand) == 1 else f"({' OR '.join(map(_words, operand))})"


def _words(words: Words) -> str:
    star = "*" if words.is_prefix else ""
    text = " ".join(words.terms) + star
    return text if len(words.terms) == 1 else f'"{text}"'
