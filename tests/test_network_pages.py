"""Whoever connects a network finds the same answers, in the same order, on each network's page."""

import re
from pathlib import Path

import pytest

from oneroof.listening.sources import networks
from oneroof.listening.sources.base import FieldKind

PAGES = Path(__file__).parent.parent / "docs" / "networks"
ANSWERED = [
    "What one needs",
    "What is read",
    "What is written",
    "Limits and cost",
    "What the network forbids",
    "Tried against",
]
COST = re.compile(r"\bcosts?\b|\bpaid\b|\bfree\b|\$|membership|credits", re.IGNORECASE)
CREDENTIALS = re.compile(r"token|key\b|credential|secret|password|account", re.IGNORECASE)
KEYS = pytest.mark.parametrize("key", sorted(networks()))


def sections(key: str) -> dict[str, str]:
    """What stands under each heading of the second order, in turn."""
    page = (PAGES / f"{key}.md").read_text(encoding="utf-8")
    pieces = re.split(r"^## (.+)$", page, flags=re.MULTILINE)[1:]
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


@KEYS
def test_each_page_answers_what_one_asks(key: str) -> None:
    told = sections(key)
    assert [heading for heading in told if heading in ANSWERED] == ANSWERED
    assert [heading for heading in ANSWERED if len(told[heading].strip()) < 5] == []
    assert CREDENTIALS.search(told["What one needs"]), "how does one get the credentials?"
    assert COST.search(told["Limits and cost"]), "what does it cost?"


@KEYS
def test_each_setting_stands_on_the_page(key: str) -> None:
    page = (PAGES / f"{key}.md").read_text(encoding="utf-8")
    assert [field.name for field in networks()[key].fields if f"`{field.name}`" not in page] == []


@KEYS
def test_where_a_secret_is_asked_for_the_page_says_so_first(key: str) -> None:
    if any(field.kind is FieldKind.SECRET and field.required for field in networks()[key].fields):
        assert CREDENTIALS.search(sections(key)["What one needs"])
