"""A text goes where its examples went; groups are found without being counted beforehand."""

import numpy as np
import pytest

from oneroof.text.grouping import group_by_meaning, group_by_words, names_of
from oneroof.text.routing import Router, centred, words_weight

LATE = ["my parcel is late", "where is my parcel", "the parcel has not arrived"]
LEAK = ["the kettle leaks", "water runs out of my kettle", "my kettle is leaking"]


def test_the_nearest_example_of_each_label_counts() -> None:
    """Of labels in any order, each example's cosine is its own label's."""
    vectors = np.eye(4, dtype=np.float32)[[3, 0, 2, 1, 0]]
    router = Router(["d", "a", "c", "b", "aa"], ["late", "early", "late", "never", "early"], vectors)
    asked = vectors[[2, 3]]
    found = router._nearest(centred(asked, vectors.mean(axis=0)))
    assert router.labels == ["early", "late", "never"]
    assert found.argmax(axis=1).tolist() == [1, 2]
    assert found.max(axis=1) == pytest.approx([1, 1], abs=1e-6)


def test_words_weigh_more_the_more_examples_there_are() -> None:
    assert [words_weight(count) for count in (5, 11, 44, 1_000)] == pytest.approx([0.2, 0.2, 0.4, 1.0])


def test_words_alone_route_and_say_how_sure_they_are() -> None:
    router = Router([*LATE, *LEAK], ["late"] * 3 + ["leak"] * 3)
    late, leak = router.route(["parcel still not here", "a leak in the kettle"])
    assert (late.label, leak.label) == ("late", "leak")
    assert 0.5 < late.sureness < 1
    assert router.probabilities(["what"]).sum() == pytest.approx(1)
    assert router.route([]) == []


def test_meaning_decides_where_words_say_nothing() -> None:
    towards = np.eye(4, dtype=np.float32)
    vectors = np.stack([towards[0]] * 3 + [towards[1]] * 3)
    router = Router([*LATE, *LEAK], ["late"] * 3 + ["leak"] * 3, vectors)
    late, leak = router.route(["zzz", "zzz"], towards[:2])
    assert (late.label, leak.label) == ("late", "leak")


def test_groups_are_found_and_named_by_their_words() -> None:
    groups = group_by_words(
        ["parcel late", "late parcel today", "parcel", "kettle leaks", "leaks kettle", "kettle"]
    )
    assert len(set(groups[:3]) & set(groups[3:])) == 0
    names = names_of([*LATE, *LEAK], [0] * 3 + [1] * 3)
    assert "parcel" in names[0]
    assert "kettle" in names[1]


def test_groups_by_meaning_are_as_many_as_there_are() -> None:
    random = np.random.default_rng(1)
    middles = np.eye(5, dtype=np.float32).repeat(10, axis=0)
    groups = group_by_meaning(middles + random.normal(0, 0.05, middles.shape).astype(np.float32))
    assert len(set(groups)) == 5


@pytest.mark.parametrize("texts", [[""], ["the"], ["a a", "a a"], ["", ""]])
def test_texts_without_words_are_borne(texts: list[str]) -> None:
    assert len(group_by_words(texts)) == len(texts)
    assert set(names_of(texts, [0] * len(texts))) == {0}
