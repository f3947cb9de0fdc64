"""No language lags behind what the program says, and none says something else."""

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from oneroof.core.testing.catalogues import (
    LANGUAGES,
    Text,
    catalogue,
    compiled,
    is_translated,
    place,
    said,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
SAID = said()
STORED = [(p, language) for p in SAID for language in LANGUAGES if place(p, language).exists()]


def first(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def lacking(language: str) -> Iterator[str]:
    for package, texts in SAID.items():
        known = catalogue(package, language)
        for text in texts:
            message = known.get(first(text))
            if not (message and is_translated(message)):
                yield f"{package}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_is_said_lacks_a_translation(language: str) -> None:
    """`make messages` adds what is new to the catalogues."""
    assert list(lacking(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_words_are_said_where_a_library_has_others(language: str) -> None:
    with translation.override(language):
        for package, texts in SAID.items():
            known = {message.id: message.string for message in catalogue(package, language)}
            ours = {text: known[text] for text in texts if isinstance(text, str)}
            assert {text: translation.gettext(text) for text in ours} == ours


@pytest.mark.parametrize(("package", "language"), STORED)
def test_translations_name_what_the_text_names(package: str, language: str) -> None:
    wrong = []
    for message in catalogue(package, language):
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        if all(ids) and forms[-1] and set(PLACEHOLDER.findall(forms[-1])) != wanted:
            wrong.append(forms[-1])
        if any(set(PLACEHOLDER.findall(form)) - wanted for form in forms if all(ids)):
            wrong.append(str(forms))
    assert wrong == []


@pytest.mark.parametrize(("package", "language"), STORED)
def test_what_is_read_is_what_was_compiled_last(package: str, language: str) -> None:
    assert place(package, language, ".mo").read_bytes() == compiled(catalogue(package, language))
