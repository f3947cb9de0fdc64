"""A long Markdown text with its steps: every heading has a place that a link can lead to, and a table of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it.token import Token

from oneroof.core import markdown

LONGEST_ANCHOR = 60
FIRST, LAST = 2, 4
"""The page's title is the first heading: those of the text come below it, and skip none."""
_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, **{f"h{level}": {"id"} for level in range(FIRST, LAST + 1)}}


@dataclass(frozen=True, slots=True)
class Step:
    """A heading: how deep, its words, the id that leads to it, and the line on which it stands."""

    level: int
    title: str
    anchor: str
    line: int


def steps_of(text: str) -> Sequence[Step]:
    return _steps(markdown.parsed(text))


def render_with_steps(text: str) -> tuple[SafeString, Sequence[Step]]:
    """As ``markdown.render`` makes it, each heading with its id. Ids begin with ``s-``: a page's own never do."""
    tokens = markdown.parsed(text)
    steps = _steps(tokens)
    opening = [token for token in tokens if token.type == "heading_open"]
    closing = [token for token in tokens if token.type == "heading_close"]
    for begin, end, step in zip(opening, closing, steps, strict=True):
        begin.tag = end.tag = f"h{step.level}"
        begin.attrSet("id", step.anchor)
    return mark_safe(markdown.cleaned(tokens, _ATTRIBUTES)), steps  # noqa: S308  nh3 has just cleaned it


def links_of(text: str) -> Sequence[str]:
    """The addresses of its links, as they were written."""
    inside = (part for token in markdown.parsed(text) for part in token.children or ())
    return [str(part.attrGet("href")) for part in inside if part.type == "link_open"]


def step_at(text: str, passage: str) -> str:
    """The anchor of the step under which a passage of the text begins; empty before the first."""
    at = text.find(passage[:60]) if passage.strip() else -1
    if at < 0:
        return ""
    line = text.count("\n", 0, at)
    before = [step.anchor for step in steps_of(text) if step.line <= line]
    return before[-1] if before else ""


def _steps(tokens: Sequence[Token]) -> list[Step]:
    steps: list[Step] = []
    taken: set[str] = set()
    for token, inside in pairwise(tokens):
        if token.type == "heading_open":
            title = _words(inside)
            level = _level(int(token.tag[1]), steps)
            steps.append(Step(level, title, _anchor(title, taken), token.map[0] if token.map else 0))
    return steps


def _level(written: int, before: Sequence[Step]) -> int:
    deepest = before[-1].level + 1 if before else FIRST
    return min(max(written, FIRST), deepest, LAST)


def _words(inside: Token) -> str:
    return "".join(part.content for part in inside.children or () if part.type in {"text", "code_inline"})


def _anchor(title: str, taken: set[str]) -> str:
    plain = f"s-{slugify(title, allow_unicode=True)[:LONGEST_ANCHOR].strip('-') or 'step'}"
    anchor, number = plain, 1
    while anchor in taken:
        number += 1
        anchor = f"{plain}-{number}"
    taken.add(anchor)
    return anchor
