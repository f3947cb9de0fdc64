"""A post's words stand in PostgreSQL where the matcher reads them."""

import pytest
from django.db import connection

from oneroof.listening.matching import Document
from oneroof.listening.matching.reading import Reading
from oneroof.listening.matching.tests.small_world import World
from oneroof.listening.words_vector import MOST_POSITIONS, words_vector

pytestmark = pytest.mark.django_db

LONG = "tea #tea @tea 👍🏽 kettle " * 90


def stored(text: str) -> dict[str, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lexeme, positions FROM unnest(%s::tsvector)", [words_vector(text)])
        return {lexeme: [position - 1 for position in positions] for lexeme, positions in cursor.fetchall()}


def read(text: str) -> dict[str, list[int]]:
    reading = Reading(Document(text))
    return {term: reading.places(term) for term in reading.features}


@pytest.mark.parametrize("seed", range(3))
def test_each_term_stands_at_its_places(seed: int) -> None:
    for post in World(seed).posts(40):
        assert stored(post.text) == read(post.text)


@pytest.mark.parametrize(
    "text", [LONG, "tea " * MOST_POSITIONS, "tea " * (MOST_POSITIONS + 1), "", "' \\ :* & |"]
)
def test_odd_and_long_texts(text: str) -> None:
    assert stored(text) == read(text)
