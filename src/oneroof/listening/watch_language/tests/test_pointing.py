"""A terminal shows where in a watch the error stands."""

import pytest

from oneroof.listening.watch_language import WatchSyntaxError, parse
from oneroof.listening.watch_language.pointing import pointed_at


def shown(query: str) -> list[str]:
    with pytest.raises(WatchSyntaxError) as caught:
        parse(query)
    return pointed_at(query, caught.value).split("\n")


def test_the_mark_stands_below_the_error() -> None:
    assert shown("kettle NEAR/x leak") == [
        "At character 8: NEAR needs the number of words, from 1 to 50.",
        "  kettle NEAR/x leak",
        "         ^^^^^^",
        "Write for example NEAR/5, without spaces.",
    ]


def test_wide_characters_and_accents_are_counted_as_shown() -> None:
    assert shown("電池 cafe\u0301 (")[1:3] == ["  電池 cafe\u0301 (", "            ^"]


@pytest.mark.parametrize("before", [0, 39, 40, 41, 5_000])
def test_of_a_long_watch_the_stretch_around_the_error_is_shown(before: int) -> None:
    _what, line, mark, _mend = shown("k" * before + " ( " + "k" * 500)
    assert line[mark.index("^")] == "("
    assert len(line) < 85


def test_a_watch_of_many_lines_is_shown_on_one() -> None:
    _what, line, mark, _mend = shown("kettle\n\tleak\n)")
    assert line[mark.index("^")] == ")"
