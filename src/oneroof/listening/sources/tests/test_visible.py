"""What of a page, and of a text, a person sees."""

import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.sources.visible import images_of_html, mended, storable, suspicious, text_of_html


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("plain words", "plain words"),
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<script>alert('x')</script>seen<style>p{}</style>", "seen"),
        ("<script><script>x</script>seen", "seen"),
        ('<a href="https://hidden.example/word">link</a>', "link"),
        ('<img src="x.png" alt="a kettle" title="hidden">', "a kettle"),
        ("<!-- hidden -->seen", "seen"),
        ("<svg><text>x</text><svg></svg></svg>seen", "seen"),
        ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
        ("<b>un<i>closed", "unclosed"),
        ("a\0b", "a\ufffdb"),
        ("日本語<wbr>😀", "日本語😀"),
    ],
)
def test_visible_text(markup: str, seen: str) -> None:
    assert text_of_html(markup) == seen


def test_a_script_that_never_ends_hides_the_rest() -> None:
    assert text_of_html("seen<script>alert(1)") == "seen"


def test_pictures_are_told() -> None:
    assert images_of_html('<p><img src="a.png"><img src="b.png"/><img src="a.png"></p>') == ("a.png", "b.png")


@given(st.text())
def test_any_markup_gives_storable_text(markup: str) -> None:
    assert "\0" not in text_of_html(markup)
    storable(markup).encode("utf-8")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("donâ€™t", "don’t"),
        ("I‚Äôm sad", "I’m sad"),
        ("thanks ðŸ˜‰", "thanks 😉"),
        ("Ã©tÃ©", "été"),
    ],
)
def test_mojibake_is_mended(broken: str, whole: str) -> None:
    assert mended(broken) == whole


@pytest.mark.parametrize(
    "fine",
    ["naïve café", "RÉSUMÉ À LA", "Привет 😀", "東京は楽しい", "when i️ have", "👩‍👩‍👧 ✌🏽", "ÃO PÃO", "สวัสดี"],
)
def test_what_is_whole_is_left_alone(fine: str) -> None:
    assert mended(fine) == fine


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a <!-- b > c --> d", "a d"),
        ("a <!-- b", "a"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("<a title='1 > 0'>x</a>", "x"),
        ("<a href=it's>don't</a>", "don't"),
        ('<a title="never closed>x</a>', "x"),
        ("a <b", "a"),
        ("<script>if (a < b) '</p>'</script>x", "x"),
        ("<svg><svg>a</svg>b</svg>c", "c"),
        ("<![CDATA[x]]>y", "y"),
        (f"&#{'1' * 5_000};x", "\ufffdx"),
    ],
)
def test_broken_markup_shows_what_a_browser_would(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "</",
        "<!--",
        "<!-- >",
        "<?",
        "<![CDATA[",
        "<a b='",
        "<a b=\"'>",
        "&",
        "&#",
        "<p>",
        "<script>",
    ],
)
def test_hostile_markup_is_read_in_one_pass(piece: str) -> None:
    """With the standard library's parser, most of these take minutes."""
    text_of_html(piece * 100_000)


LETTERS = st.sampled_from(f"{''.join(MOJIBAKE_CATEGORIES.values())} aA.ÂÃÎÐØÙàВГРСЂвœŒ°√≈‚Ä€ā×²³™")


@given(st.text(LETTERS, min_size=1, max_size=6))
def test_what_ftfy_would_mend_looks_suspicious(text: str) -> None:
    """Else ``mended`` would leave it."""
    assert suspicious().search(text) or not is_bad(text)
