"""Search finds the newest posts with the words, whether it looks at them one by one or by their index."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from oneroof.care.queries.searched import posts_with
from oneroof.core import clock
from oneroof.listening.models import Post, Source

pytestmark = pytest.mark.django_db

HOURS = (-30, 0, 1, 5, 20, 24, 25, 100, 168, 700, 720, 721, 3_000, 3_600, 3_601, 20_000)
TEXTS = ("the kettle leaks", "a leaf in the kettle", "the parcel", "kettle, leaks again")


@pytest.fixture
def posts(db: None) -> dict[int, tuple[float, str]]:
    """Of each number its age in hours and its text: many of one moment, some from the time to come."""
    source = Source.objects.create(network="files", name="Forum")
    chance, now = Random(3), clock.now()
    said = {number: (chance.choice(HOURS), chance.choice(TEXTS)) for number in range(1, 201)}
    Post.objects.bulk_create(
        Post(
            pk=number, source=source, external_id=str(number), text=text, said_at=now - timedelta(hours=age),
            heard_at=now, words="",
        )
        for number, (age, text) in said.items()
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE listening_post SET words = to_tsvector('simple', text)")
    return said


@pytest.mark.parametrize("looked_at", [1, 7, 40, 1_000])
@pytest.mark.parametrize("most", [1, 12, 500])
def test_the_newest_are_found_each_once(
    posts: dict[int, tuple[float, str]], most: int, looked_at: int
) -> None:
    for words in (["kettle"], ["kettle", "lea"], ["par"], ["kettle", "leak"], ["nothing"]):
        found = posts_with(words, most=most, looked_at=looked_at)
        having = [number for number, (_age, text) in posts.items() if has(text, words)]
        assert len(found) == len(set(found))
        assert set(found) <= set(having)
        ages = sorted(posts[number][0] for number in having)
        assert sorted(posts[number][0] for number in found) == ages[:most]


def has(text: str, words: list[str]) -> bool:
    said = text.replace(",", "").split()
    return all(word in said for word in words[:-1]) and any(each.startswith(words[-1]) for each in said)
