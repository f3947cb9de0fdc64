"""Where things lie, and how words take their places without becoming syntax."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.sources.json.filling import (
    address_with,
    body_with,
    check_address,
    check_body,
    check_headers,
    headers_with,
    hidden,
)
from oneroof.listening.sources.json.paths import found_at, kind_of

DOCUMENT = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "k\\l": 6, " ": 7, "m~n": 8}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
        ("/e^f", 3), ("/k\\l", 6), ("/m~0n", 8), ("foo.1", "baz"),
    ],
)  # fmt: skip
def test_pointers_read_as_rfc_6901_says_in_section_5(pointer: str, value: Any) -> None:
    assert found_at(DOCUMENT, pointer) == value


@pytest.mark.parametrize("path", ["foo.2", "foo.x", "foo.-1", "/foo/99999999999", "no.such", "foo.0.deep"])
def test_what_is_not_there_is_none(path: str) -> None:
    assert found_at(DOCUMENT, path) is None


def test_what_is_there_instead_is_told() -> None:
    assert kind_of({"data": 1, "next": 2}) == "an object with data, next"
    assert [kind_of(each) for each in (None, [1, 2], "word")] == ["nothing", "a list of 2", "“word”"]


@given(st.text(), st.text(), st.text())
def test_no_text_changes_the_form_of_a_body(text: str, parent: str, key: str) -> None:
    template = (
        '{"a": ["{text}", {"b": "to {parent_id}!"}], "n": "{parent_id:number}", "k": "{key}", "fixed": 1}'
    )
    words = {"text": text, "parent_id": parent, "key": key}
    sent = json.loads(body_with(template, words).decode("utf-8", "surrogatepass"))
    number = int(parent) if parent.isdecimal() else parent
    assert sent == {"a": [text, {"b": f"to {parent}!"}], "n": number, "k": key, "fixed": 1}


def test_a_word_in_an_address_is_quoted_and_an_empty_one_takes_its_parameter_along() -> None:
    template = "https://x.example/{parent_id}/list?after={cursor}&since={since}&sort=new"
    assert address_with(template, {"parent_id": "a/../b?c", "since": "1&2=#"}) == (
        "https://x.example/a%2F..%2Fb%3Fc/list?since=1%262%3D%23&sort=new"
    )
    assert address_with("https://x.example/list?after={cursor}", {}) == "https://x.example/list"


def test_a_header_stays_one_header() -> None:
    told = headers_with("Authorization: Bearer {secret}\n\nX-Shop:brumi", {"secret": "a\r\nX-Evil: 1"})
    assert told == {"Authorization": "Bearer a X-Evil: 1", "X-Shop": "brumi"}


def test_what_cannot_be_filled_in_is_refused_with_what_could() -> None:
    with pytest.raises(ValueError, match=r"there is no \{newest\} to put in; there are \{cursor\}"):
        check_address("https://x.example/?from={newest}")
    with pytest.raises(ValueError, match="write it as Name: value"):
        check_headers("Authorization Bearer")
    for wrong, words in (
        ('{"text": {text}}', "not JSON"),
        ('{"text": "{txt}"}', "no {txt}"),
        ("[" * 9**6, "deeply"),
    ):
        with pytest.raises(ValueError, match=words):
            check_body(wrong)
    check_body('{"text": "{text}", "parent": "{parent_id:number}"}')


def test_secrets_are_hidden_as_they_are_and_quoted() -> None:
    settings = {"secret": "let-me/in", "second_secret": "abc"}
    told = hidden("https://x.example/?key=let-me%2Fin (let-me/in) abc", settings)
    assert told == "https://x.example/?key={secret} ({secret}) abc", "what is that short would hide words"
