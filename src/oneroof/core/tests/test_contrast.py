"""WCAG 2.2 AA: text has 4.5 to 1 against its ground, the edge of a control 3 to 1, by day and by night."""

import re
from pathlib import Path

import pytest

from oneroof.core import context

TOKENS = Path(context.__file__).parent / "static" / "oneroof" / "css" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS.read_text())}

GROUNDS = ["ground", "surface", "sunken", "hover", "selected", "float"]
SOFT = ["danger", "warning", "good", "info", "accent"]
READ = [
    *((text, ground) for text in ("text", "text-muted", "accent") for ground in GROUNDS),
    *((state, ground) for state in ("danger", "warning") for ground in GROUNDS),
    *((state, f"{state}-soft") for state in SOFT),
    *(("text", f"{state}-soft") for state in SOFT),
    *(("text-muted", f"{state}-soft") for state in ("accent", "warning")),
    ("text", "mark"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "surface"),
    ("ground", "text"),
]
SEEN = [
    *(("line-strong", ground) for ground in ("ground", "surface", "sunken", "float")),
    *(("accent", ground) for ground in (*GROUNDS, "accent-soft")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), READ)
def test_what_is_read_stands_out(front: str, back: str, theme: str) -> None:
    assert contrast(COLOURS[front][theme], COLOURS[back][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SEEN)
def test_the_edge_of_what_is_pressed_stands_out(front: str, back: str, theme: str) -> None:
    assert contrast(COLOURS[front][theme], COLOURS[back][theme]) >= 3


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
