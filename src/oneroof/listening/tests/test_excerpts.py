"""The part of a post that a list shows holds its first hit."""

from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.excerpts import LONGEST, excerpt


def test_a_short_post_is_shown_whole() -> None:
    assert excerpt("My kettle leaks.", [(3, 9)]) == ("My kettle leaks.", [(3, 9)])


def test_a_hit_far_on_is_shown_with_what_stands_around_it() -> None:
    text = "word " * 100 + "kettle" + " word" * 100
    shown, spans = excerpt(text, [(500, 506)])
    assert shown.startswith("…word")
    assert shown.endswith("…")
    assert shown[slice(*spans[0])] == "kettle"
    assert spans[0][0] < 50


@given(st.text(max_size=900), st.data())
def test_spans_move_along_with_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown, spans = excerpt(text, [(start, end)] if start < end else [])
    assert len(shown) <= LONGEST + 2
    for a, b in spans:
        assert text[start:end].startswith(shown[a:b])
    assert bool(spans) == (start < end)
