"""The matcher, the reference and a naive reading of the grammar find the same posts."""

import random
from itertools import batched

import pytest

from oneroof.listening.matching import Document, Matcher, holds
from oneroof.listening.matching.reading import COUNTED_PLACES, Reading
from oneroof.listening.matching.reference import holds_in
from oneroof.listening.matching.tests.small_world import Naive, World
from oneroof.listening.watch_language import parse

HARD_PAIRS = 1_000_000


def matched(queries: dict[int, str], document: Document) -> set[int]:
    return Matcher((watch, parse(query)) for watch, query in queries.items()).match(document)


def differences(watches: list[str], posts: list[Document]) -> list[tuple[str, str]]:
    """Pairs on which matcher and naive reading, or reference and naive reading, do not agree."""
    queries = [parse(watch) for watch in watches]
    matcher = Matcher(enumerate(queries), sample=[post.text for post in posts[::2]])
    found: list[tuple[str, str]] = []
    for post in posts:
        caught, naive, reading = matcher.match(post), Naive(post), Reading(post)
        for number, query in enumerate(queries):
            truth = naive.holds(query)
            if (number in caught) != truth or holds_in(query.root, reading) != truth:
                found.append((watches[number], post.text))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_thousand_random_pairs_match_as_the_grammar_says(seed: int) -> None:
    world = World(seed)
    assert differences(world.watches(40), world.posts(25)) == []


def test_random_watches_match_some_posts_and_not_others() -> None:
    """Else the comparison above would say little."""
    world = World(99)
    matcher = Matcher(enumerate(map(parse, world.watches(200))))
    shares = [len(matcher.match(post)) / 200 for post in world.posts(100)]
    assert 0.1 < sum(shares) / len(shares) < 0.6


@pytest.mark.slow
def test_a_million_random_pairs_match_as_the_grammar_says() -> None:
    world = World(20_260_301)
    watches, posts = world.watches(2_000), world.posts(HARD_PAIRS // 2_000)
    for some in batched(watches, 250, strict=False):
        assert differences(list(some), posts) == []


@pytest.mark.parametrize("seed", range(4))
def test_watches_that_come_change_and_go_leave_no_trace(seed: int) -> None:
    world, rng = World(seed), random.Random(seed)
    matcher, live = Matcher(), {}
    for query in world.watches(150):
        watch = rng.randrange(40)
        if rng.random() < 0.3:
            matcher.remove(watch)
            live.pop(watch, None)
        else:
            matcher.put(watch, parse(query))
            live[watch] = query
        for post in world.posts(2):
            naive = Naive(post)
            assert matcher.match(post) == {each for each, text in live.items() if naive.holds(parse(text))}
    assert len(matcher) == len(live)


def test_a_sample_of_posts_changes_no_match() -> None:
    world = World(5)
    queries, posts = [parse(watch) for watch in world.watches(100)], world.posts(40)
    plain, taught = (
        Matcher(enumerate(queries)),
        Matcher(enumerate(queries), sample=[post.text for post in posts]),
    )
    assert [plain.match(post) for post in posts] == [taught.match(post) for post in posts]


def test_clauses_that_watches_share_outlive_the_first_of_them() -> None:
    matcher = Matcher([(1, parse("kettle OR leak")), (2, parse("leak OR seal"))])
    matcher.remove(1)
    assert matcher.match(Document("A leak, a kettle.")) == {2}
    matcher.remove(2)
    matcher.remove(2)
    assert matcher.match(Document("A leak, a kettle.")) == set()
    assert 1 not in matcher


def test_only_visible_text_is_asked() -> None:
    post = Document("It boils.", author_handle="kettle", source="kettle", lang="en")
    assert matched({1: "kettle", 2: "from:kettle", 3: "source:kettle", 4: '"boils kettle"'}, post) == {2, 3}


def test_a_word_that_reads_like_a_field_is_no_field() -> None:
    post = Document("has lang from en link followers", has_link=False)
    assert matched({1: "kettle OR (has:link boils)", 2: '"lang:de"', 3: 'from "link"'}, post) == {3}


@pytest.mark.parametrize("words", [COUNTED_PLACES, COUNTED_PLACES + 1, 4_000])
def test_long_posts_are_read_alike_by_both(words: int) -> None:
    """A term's places count up to the 255th, whichever way one looks."""
    text = "tea " * words + "kettle leaks"
    queries = {
        1: '"kettle leaks"',
        2: '"tea kettle"',
        3: "tea NEAR/1 kettle",
        4: "kett* NEAR/2 leaks",
        5: "tea",
    }
    reference = {watch for watch, query in queries.items() if holds(parse(query), Document(text))}
    assert matched(queries, Document(text)) == reference
    assert reference == ({1, 2, 3, 4, 5} if words <= COUNTED_PLACES else {1, 4, 5})


def test_text_beyond_what_is_read_is_not_matched() -> None:
    assert matched({1: "kettle", 2: "tea"}, Document("tea " * 20_000 + "kettle")) == {2}


@pytest.mark.parametrize(
    ("query", "text", "is_match"),
    [
        ("café", "CAFE", True),
        ("cafe", "cafe\u0301", True),
        ("STRASSE", "straße", True),
        ("kettle", "kettles", False),
        ("kettle*", "kettles", True),
        ("kettle*", "kettle", True),
        ('"my kett*"', "My, kettle!", True),
        ('"kettle leak"', "kettle: leak", True),
        ('"kettle leak"', "leak kettle", False),
        ('"kettle leak"', "kettle does leak", False),
        ("kettle NEAR/2 leak", "leak of a kettle", False),
        ("kettle NEAR/3 leak", "leak of a kettle", True),
        ("kettle NEAR/1 kettle", "kettle", False),
        ("kettle NEAR/1 kettle", "kettle kettle", True),
        ('"my kettle" NEAR/1 kettle', "my kettle", False),
        ("leak", "#leak", True),
        ("#leak", "leak", False),
        ("#leak", "a #Leak!", True),
        ("#lea*", "#leaks", True),
        ("@brumi", "@Brumi help", True),
        ("brumi", "@Brumi help", True),
        ("@brumi", "brumi", False),
        ("👍", "👍🏽", True),
        ("👍🏽", "👍", False),
        ("❤", "❤️", True),
        ("電池", "電池が切れた", True),
        ("電池", "電気池", False),
        ('"電池が"', "この電池がもう", True),
        ("バッテリー", "ﾊﾞｯﾃﾘｰ", True),
        ("แบตเตอรี่", "แบตเตอรี่หมดเร็ว", True),
        ("don't", "don’t", True),
        ("kettle -leak", "kettle leaks", True),
        ("kettle -leak*", "kettle leaks", False),
        ("kettle -(leak OR drip)", "the kettle drips", True),
        ("kettle NOT NOT leak", "kettle leak", True),
        ("мой", "мои", False),
    ],
)
def test_what_people_expect(query: str, text: str, is_match: bool) -> None:
    assert holds(parse(query), Document(text)) is is_match
    assert (matched({1: query}, Document(text)) == {1}) is is_match


@pytest.mark.parametrize(
    ("query", "is_match"),
    [
        ("kettle followers:>99", True),
        ("kettle followers:>100", False),
        ("kettle followers:<=100", True),
        ("kettle reposts:>0", False),
        ("kettle -reposts:>0", True),
        ("kettle lang:EN", True),
        ("kettle lang:unknown", False),
        ("kettle has:link", True),
        ("kettle -has:image", True),
        ("from:@Tea_Lover", True),
        ("from:(brumi OR tea_lover) kettle", True),
        ('source:"the  BIG forum"', True),
        ("source:12", True),
        ("source:13", False),
    ],
)
def test_fields(query: str, is_match: bool) -> None:
    post = Document(
        "A kettle.", "tea_lover", "The Big Forum", 12, "en", has_link=True, followers=100, reposts=None
    )
    assert (matched({1: query}, post) == {1}) is is_match
