"""What a watch would have caught is what it does catch."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.listening import past
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.board import next_version
from oneroof.listening.matching import spans
from oneroof.listening.matching.tests.small_world import World
from oneroof.listening.models import Mention, Post, Source, Watch
from oneroof.listening.past import highlights, past_catches, recent_catches
from oneroof.listening.past_query import EVERYTHING
from oneroof.listening.sources.base import RawPost
from oneroof.listening.watch_language import WatchSyntaxError, parse

pytestmark = pytest.mark.django_db

NOW = clock.now()


@pytest.fixture
def forum(db: None) -> Source:
    return Source.objects.create(network="files", name="forum")


def said(external_id: str, text: str, **fields: object) -> RawPost:
    days = fields.pop("days_ago", 0)
    fields = {"author_handle": "zoe", "created_at": NOW - timedelta(days=days, minutes=1), **fields}
    return RawPost(external_id=external_id, text=text, **fields)


def raw_posts(world: World, count: int) -> list[RawPost]:
    """Of the small world; every third with a link, every fourth with a question."""
    return [
        said(
            str(number),
            post.text + " https://example.com/a" * (number % 3 == 0) + "?" * (number % 4 == 0),
            days_ago=number % 50,
            author_handle=post.author_handle or "nobody",
            lang=post.lang or None,
            has_image=post.has_image,
            followers=post.followers,
            reposts=post.reposts,
        )
        for number, post in enumerate(world.posts(count))
    ]


def ids(catches: Sequence[past.Catch]) -> set[int]:
    return {catch.post.pk for catch in catches}


@pytest.mark.parametrize("seed", range(3))
def test_the_past_holds_what_the_matcher_would_have_caught(agent: User, forum: Source, seed: int) -> None:
    world = World(seed)
    shop = Source.objects.create(network="files", name="The Shop")
    watches = [
        Watch.objects.create(name="w", query=query, owner=agent, version=next_version())
        for query in world.watches(120)
    ]
    posts = raw_posts(world, 120)
    receive_posts(forum, posts[:70])
    receive_posts(shop, posts[50:])
    for watch in watches:
        caught = set(Mention.objects.filter(watch=watch).values_list("post_id", flat=True))
        found = past_catches(watch.query, limit=500)
        assert ids(found.sample) == caught, watch.query
        assert (found.matches, found.is_complete) == (len(caught), True)


@pytest.mark.parametrize("seed", range(2))
def test_counts_and_samples_are_the_same_whether_sql_knows_or_each_post_is_looked_at(
    forum: Source, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    world = World(seed)
    receive_posts(forum, raw_posts(world, 100))
    queries = world.watches(40)
    by_sql = [past_catches(query, limit=5) for query in queries]
    monkeypatch.setattr(past, "condition_of", lambda *_args: EVERYTHING)
    assert [past_catches(query, limit=5) for query in queries] == by_sql


def test_days_are_counted_back_from_now(forum: Source) -> None:
    posts = [said(str(days), "My kettle leaks", days_ago=days) for days in (0, 6, 8, 29, 31, 400)]
    receive_posts(forum, posts)
    found = past_catches("kettle")
    assert (found.matches, found.last_7_days, found.last_30_days) == (6, 2, 4)
    assert recent_catches("kettle").matches == 4
    assert [catch.post.external_id for catch in past_catches("kettle", limit=2).sample] == ["0", "6"]


def test_a_stretch_has_a_start_and_stops_before_its_end(forum: Source) -> None:
    receive_posts(forum, [said(str(days), "My kettle leaks", days_ago=days) for days in range(5)])
    start, end = NOW - timedelta(days=3, minutes=1), NOW - timedelta(days=1, minutes=1)
    assert {c.post.external_id for c in past_catches("kettle", start=start, end=end).sample} == {"2", "3"}


def test_what_is_gone_at_its_source_is_not_caught(forum: Source) -> None:
    receive_posts(forum, [said("1", "My kettle leaks")])
    receive_posts(forum, [said("1", "", deleted=True)])
    assert past_catches("kettle").matches == 0


def test_hits_are_highlighted(forum: Source) -> None:
    receive_posts(forum, [said("1", "Die Kaffee-Maschine leckt, ☕ und das CAFÉ ist zu")])
    [catch] = past_catches('cafe OR "kaffee maschine"').sample
    assert [catch.post.text[start:end] for start, end in catch.spans] == ["Kaffee-Maschine", "CAFÉ"]
    assert highlights("leckt", Post.objects.select_related("source").get()) == [(20, 25)]


def test_more_than_can_be_looked_at_is_said(forum: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "LOOKED_AT", 10)
    receive_posts(forum, [said(str(number), "a b c", days_ago=number) for number in range(12)])
    found = past_catches("a NEAR/3 b NEAR/3 c")
    assert (found.matches, found.is_complete) == (10, False)


@pytest.mark.parametrize("query", ["a b", "a NEAR/3 b NEAR/3 c"])
def test_what_postgresql_cannot_tell_in_time_is_looked_for_among_the_newest(
    forum: Source, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    receive_posts(forum, [said(str(number), "a b c", days_ago=number) for number in range(3)])
    monkeypatch.setattr(past, "SQL_SECONDS", 0.3)
    search = past._Search(parse(query), None, None)
    search._sql, search._params = "pg_sleep(5) IS NOT NULL", search._params[:2]
    monkeypatch.setattr(past, "_Search", lambda *_args: search)
    found = past_catches(query)
    assert (found.matches, found.is_complete) == (3, False)
    assert len(found.sample) == 3


def test_looking_stops_in_time(forum: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    receive_posts(forum, [said(str(number), "a b c", days_ago=number) for number in range(3)])
    monkeypatch.setattr(past, "LOOKING_SECONDS", -1.0)
    found = past_catches("a NEAR/3 b NEAR/3 c")
    assert (found.matches, found.is_complete) == (0, False)


def test_a_new_watch_keeps_all_that_it_would_have_caught(
    agent: User, forum: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "LOOKED_AT", 10)
    receive_posts(forum, [said(str(number), "a b c", days_ago=number) for number in range(12)])
    watch = Watch.objects.create(name="w", query="a NEAR/3 b NEAR/3 c", owner=agent, version=next_version())
    assert past.catch_past(watch.pk, watch.version, start=clock.ago(days=30)) == (12, None)


def test_what_takes_long_is_caught_in_several_turns_of_which_none_leaves_any_out(
    agent: User, forum: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "AT_A_TIME", 5)
    monkeypatch.setattr(past, "BACKFILL_SECONDS", -1.0)
    moment = clock.ago(days=1)
    posts = [
        RawPost(external_id=str(number), author_handle="ann", text="a b c", created_at=moment)
        for number in range(12)
    ]
    receive_posts(forum, posts)
    watch = Watch.objects.create(name="w", query="a NEAR/3 b NEAR/3 c", owner=agent, version=next_version())
    turns, stopped_at = [], None
    while not turns or stopped_at:
        caught, stopped_at = past.catch_past(
            watch.pk, watch.version, start=clock.ago(days=30), before=stopped_at
        )
        turns.append(caught)
    assert turns == [5, 5, 2]


def test_what_is_no_watch_is_refused_before_any_query(db: None) -> None:
    with pytest.raises(WatchSyntaxError):
        past_catches("kettle (")


@pytest.mark.parametrize("query", ["1=1';--", "kettle'*", r"back\slash", '"it\'s:  & !x"', "from:%s"])
def test_what_looks_like_sql_is_only_words(forum: Source, query: str) -> None:
    receive_posts(forum, [said("1", "it's:* & !x 1 = 1 back\\slash or kettle", author_handle="%s")])
    found = past_catches(query)
    assert found.matches == 1
    assert spans(parse(query), "it's:* & !x 1 = 1 back\\slash or kettle") or query.startswith("from")
