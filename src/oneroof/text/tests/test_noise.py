"""What is no word of a text is left out, whether or not it was worth a close look."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.text import noise

PIECES = (
    "@you", "＠you", "@", "&amp;", "&", "#tag", "＃tag", "http", "HTTPS", "https://a.b/c", "httpſ://a.b", "://",
    "WWW.a.example", "www.", "ww", ".", "pic.twitter.com/x", "PIC.TWİTTER.COM/x", "pıc.twıtter.com/x", ".com/",
    "RT ", "RT @you", "RT", " ", "\n", "words", "İ", "ſ", "K", "日本",
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))


@given(TEXTS)
def test_a_text_that_is_passed_over_had_nothing_to_leave_out(text: str) -> None:
    assert noise.prose(text) == noise._NOT_PROSE.sub(" ", text)
    assert noise.own_words(text) == noise._NOT_OWN_WORDS.sub(" ", text)
    assert noise.has_address(text) == bool(re.search(noise.ADDRESS, text, re.IGNORECASE))


@pytest.mark.parametrize("text", ["see https://a.example", "WWW.a.example", "Pic.Twitter.com/abc"])
def test_an_address_is_found(text: str) -> None:
    assert noise.has_address(text)


def test_no_words_have_no_place() -> None:
    assert noise.own_words("") == noise.prose("") == ""
