"""The tags of the design system: what they draw, and that nothing a person wrote becomes markup."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from oneroof.core import clock, context
from oneroof.core.relative import relative
from oneroof.core.states import LOOKS
from oneroof.core.templatetags.oneroof_ui import initials, marked

PACKAGE = Path(context.__file__).parent.parent
SPRITE = PACKAGE / "core" / "static" / "oneroof" / "icons" / "sprite.svg"
SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert(1)</script>\"'&"


def drawn(markup: str, **values: object) -> str:
    return Template("{% load oneroof_ui %}" + markup).render(Context(values))


@pytest.mark.parametrize(
    "markup",
    [
        "{% icon 'x' nasty %}",
        "{% avatar nasty %}",
        "{% pill nasty %}",
        "{% state_pill nasty %}",
        "{% state_pill 'sent' nasty %}",
        "{% need_badge 12 nasty %}",
        "{% kbd nasty %}",
        "{% marked nasty spans %}",
        "{% faulty_query nasty 3 2 %}",
        "{% sparkline figures nasty %}",
    ],
)
def test_what_a_person_wrote_stays_text(markup: str) -> None:
    html = drawn(markup, nasty=NASTY, spans=[(1, 5), (3, 9)], figures=[1, 2])
    assert "<script" not in html
    assert not re.search(r"=\"[^\"]*\"'", html)


def test_icons_that_are_asked_for_are_in_the_sprite() -> None:
    has = {symbol.get("id") for symbol in ET.parse(SPRITE).getroot().iter(f"{SVG}symbol")}
    templates = [path.read_text() for path in PACKAGE.rglob("*.html")]
    asked = {name for text in templates for name in re.findall(r"\bicon(?: |=)\"([\w-]+)\"", text)}
    asked |= {
        name for text in templates for name in re.findall(r"{% pill [^%]*? \"([\w-]+)\" \"\w+\" %}", text)
    }
    assert asked | {look.icon for look in LOOKS.values()} <= has


@given(st.text(), st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))))
def test_marking_keeps_every_character(text: str, spans: list[tuple[int, int]]) -> None:
    html = marked(text, spans)
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == unescape(str(marked(text, [])))
    assert html.count("<mark>") == html.count("</mark>")


def test_marks_that_overlap_become_one() -> None:
    assert marked("the kettle leaks", [(4, 8), (6, 10)]) == "the <mark>kettle</mark> leaks"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marta Quiroga", "MQ"),
        ("@martaq", "m"),
        ("平野さくら", "平"),
        ("a_b.c", "ac"),
        ("", "?"),
        ("💥", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-59), "now"),
        (timedelta(minutes=59, seconds=59), "59m ago"),
        (timedelta(hours=23, minutes=59), "23h ago"),
        (timedelta(days=29), "29d ago"),
        (timedelta(minutes=-90), "in 1h"),
    ],
)
def test_relative_time(span: timedelta, words: str) -> None:
    moment = clock.now()
    assert relative(moment - span, moment) == words


def test_what_is_long_ago_is_a_date_with_its_moment_behind_it() -> None:
    html = drawn("{% time_ago moment %}", moment=clock.ago(days=400))
    assert str(clock.ago(days=400).year) in html
    assert 'datetime="' in html


def test_need_is_told_in_words_and_never_beyond_its_scale() -> None:
    assert "Need for an answer: 100 of 100" in drawn("{% need_badge 340 %}")
    assert "need--much" not in drawn("{% need_badge 69 %}")
    assert "Not judged" in drawn("{% need_badge None %}")


def test_a_mistake_at_the_end_of_a_query_is_marked_after_it() -> None:
    assert drawn("{% faulty_query '(a' 2 %}") == '<pre>(a<mark class="query__bad"> </mark></pre>'


def test_a_page_link_keeps_the_filters() -> None:
    request = RequestFactory().get("/desk/inbox/", {"view": "mine", "after": "x"})
    assert drawn("{% query_with after='y' %}", request=request) == "?view=mine&amp;after=y"
    assert drawn("{% query_with after=None %}", request=request) == "?view=mine"
