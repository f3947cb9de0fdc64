"""Posts are enriched by the batch; each comes out as it would alone."""

from datetime import UTC, datetime

import pytest

from oneroof.listening.enrich import Place, enrich, found_out
from oneroof.listening.matching import Matcher
from oneroof.listening.sources.base import RawPost
from oneroof.listening.watch_language import parse

WORDS = (
    ("mia", "My kettle leaks again, why does nobody answer? https://kettle.example"),
    ("ben", "Der Wasserkocher ist kaputt, bitte helft mir @kettlewright"),
    ("kettlewright", "We are sorry to hear that, please send us a picture of it"),
    ("aki", "やかんが壊れました。返金をお願いします"),
    ("mia", ""),
    ("zoe", "I love this kettle, thanks! Best one that I ever had in my kitchen"),
)
POSTS = [
    RawPost(
        external_id=str(number),
        author_handle=author,
        text=text,
        created_at=datetime(2024, 5, 6, tzinfo=UTC),
        lang="fr" if not text else None,
    )
    for number, (author, text) in enumerate(WORDS)
]


@pytest.mark.parametrize("keeps_all", [True, False])
def test_many_at_once_are_found_out_like_each_alone(keeps_all: bool) -> None:
    place = Place(1, "forum", frozenset({"kettlewright"}), keeps_all=keeps_all)
    matcher = Matcher([(1, parse("kettle OR wasserkocher")), (2, parse("返金 lang:ja"))])
    together = enrich(POSTS, place, matcher)
    assert found_out(together) == found_out([enrich([post], place, matcher)[0] for post in POSTS])
    assert [post.watches for post in together] == [(1,), (1,), (), (2,), (), (1,)]
    assert [post.lang for post in together] == ["en", "de", "en", "ja", "fr", "en"]
    assert [post.known is not None for post in together] == [
        keeps_all or bool(post.watches) for post in together
    ]
    assert [post.is_to_us for post in together] == [False, True, False, False, False, False]
