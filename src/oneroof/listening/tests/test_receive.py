"""A batch comes in: nothing is lost, nothing is counted twice, threads are whole."""

import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.listening import queries
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.rejecting import digest_of
from oneroof.listening.board import next_version
from oneroof.listening.models import Mention, Post, PostKey, RejectedPost, Source, Watch
from oneroof.listening.sources.base import RawPost, Rejected

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def said(external_id: str, text: str = "My kettle leaks.", *, minute: int = 0, **fields: object) -> RawPost:
    moment = START + timedelta(minutes=minute)
    author = str(fields.pop("author", "tea_lover"))
    return RawPost(external_id=external_id, author_handle=author, text=text, created_at=moment, **fields)  # type: ignore[arg-type]


@pytest.fixture
def forum(db: None) -> Source:
    return Source.objects.create(network="files", name="forum", our_handles=["brumi"])


def watch(owner: User, query: str) -> Watch:
    return Watch.objects.create(name=query, query=query, owner=owner, version=next_version())


def test_a_post_is_stored_with_what_its_words_tell(forum: Source) -> None:
    received = receive_posts(forum, [said("1", "@brumi why does my kettle leak? It is terrible.")])
    post = Post.objects.get()
    assert (received.stored, received.duplicates) == (1, 0)
    assert (post.lang, post.is_to_us, post.has_question) == ("en", True, True)
    assert post.feeling is not None
    assert post.feeling < 0
    assert sum(reason["points"] for reason in post.need_reasons) == post.need
    assert Post.objects.filter(words__isnull=False).exists()


def test_the_same_posts_again_are_duplicates(forum: Source) -> None:
    batch = [said("1"), said("2", "Boils in no time, love it.")]
    receive_posts(forum, batch)
    received = receive_posts(forum, [*batch, said("3", "Where do I buy filters?")])
    assert (received.stored, received.duplicates) == (1, 2)
    assert Post.objects.count() == 3


def test_one_post_twice_in_a_batch_is_stored_once(forum: Source) -> None:
    assert (receive_posts(forum, [said("1"), said("1")]).stored, Post.objects.count()) == (1, 1)


def test_the_cursor_moves_with_the_batch_or_not_at_all(forum: Source) -> None:
    with pytest.raises(ZeroDivisionError):
        receive_posts(forum, [said("1")], cursor={"since": 1 / 0})
    receive_posts(forum, [said("1")], cursor={"since": "1"})
    forum.refresh_from_db()
    assert (forum.cursor, forum.heard) == ({"since": "1"}, 1)


def test_what_cannot_be_read_is_set_aside_with_its_reason(forum: Source) -> None:
    receive_posts(forum, [said("1")], rejected=[Rejected("line 7", "has no date", "raw text")])
    row = RejectedPost.objects.get()
    assert (row.place, row.reason, row.raw) == ("line 7", "has no date", "raw text")


def test_what_cannot_be_read_is_set_aside_once_and_counted(forum: Source) -> None:
    """A feed shows its broken entry at each poll, further down each time."""
    broken, other = (
        Rejected("entry 1", "has no date", "<item/>"),
        Rejected("entry 2", "has no date", "<entry/>"),
    )
    receive_posts(forum, [], rejected=[broken, broken, Rejected("line 9", "is not UTF-8", "")])
    with clock.frozen_at(clock.now() + timedelta(days=8)):
        receive_posts(forum, [], rejected=[Rejected("entry 3", "has no day", "<item/>"), other])
        again, fresh = RejectedPost.objects.get(raw="<item/>"), RejectedPost.objects.get(raw="<entry/>")
        assert (again.count, again.place, again.reason, fresh.count) == (3, "entry 3", "has no day", 1)
        assert again.last_at == clock.now() > again.at
        assert queries.source_health(forum.pk)[0].rejected_last_week == 2
    assert RejectedPost.objects.count() == 3


def test_watches_catch_what_they_match(forum: Source, agent: User) -> None:
    leaks, filters = watch(agent, "kettle leak*"), watch(agent, "filter*")
    received = receive_posts(
        forum, [said("1"), said("2", "Where do I buy filters?"), said("3", "Good morning!")]
    )
    assert received.matched == 2
    caught = {(each.watch_id, each.post.external_id) for each in Mention.objects.select_related("post")}
    assert caught == {(leaks.pk, "1"), (filters.pk, "2")}


def test_a_parent_after_its_child_joins_their_threads(forum: Source) -> None:
    receive_posts(
        forum, [said("3", parent_id="2", minute=2), said("9", "Something else entirely.", minute=3)]
    )
    receive_posts(forum, [said("2", parent_id="1", minute=1)])
    receive_posts(forum, [said("1")])
    threads = dict(PostKey.objects.values_list("external_id", "thread__external_id"))
    assert threads == {"1": "1", "2": "1", "3": "1", "9": "9"}


def test_siblings_of_a_parent_that_nobody_heard_are_one_thread(forum: Source) -> None:
    receive_posts(forum, [said("2", parent_id="1")])
    receive_posts(forum, [said("3", parent_id="1")])
    assert len(set(PostKey.objects.values_list("thread_id", flat=True))) == 1
    assert Post.objects.count() == 2


def test_two_posts_that_reply_to_each_other_do_not_hang_the_house(forum: Source) -> None:
    receive_posts(forum, [said("1", parent_id="2"), said("2", parent_id="1"), said("3", parent_id="3")])
    assert Post.objects.count() == 3


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[RawPost], list[list[int]]]:
    """A forest of replies, and an order in which its posts come, in batches."""
    size = draw(st.integers(1, 14))
    parents = [draw(st.one_of(st.none(), st.integers(0, node - 1))) if node else None for node in range(size)]
    posts = [
        said(str(node), f"post {node}", minute=node, parent_id=None if parent is None else str(parent))
        for node, parent in enumerate(parents)
    ]
    order = draw(st.permutations(range(size)))
    cuts = sorted(draw(st.sets(st.integers(1, size), max_size=4)))
    return posts, [list(order[start:end]) for start, end in zip([0, *cuts], [*cuts, size], strict=True)]


def roots(posts: Sequence[RawPost]) -> dict[str, str]:
    parent = {post.external_id: post.parent_id for post in posts}

    def root(name: str) -> str:
        above = parent[name]
        return name if above is None else root(above)

    return {name: root(name) for name in parent}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forests())
def test_threads_are_the_same_in_whatever_order_the_posts_come(
    forum: Source, forest: tuple[list[RawPost], list[list[int]]]
) -> None:
    posts, batches = forest
    source = Source.objects.create(network="files", name=uuid.uuid4().hex)
    for batch in batches:
        receive_posts(source, [posts[node] for node in batch])
    rows = PostKey.objects.filter(source=source, heard_at__isnull=False)
    assert dict(rows.values_list("external_id", "thread__external_id")) == roots(posts)


def test_what_was_set_aside_at_each_poll_before_is_joined(forum: Source) -> None:
    join_them = import_module("oneroof.listening.migrations.0008_rejected_once").JOIN_THEM
    digest = digest_of(Rejected("entry 1", "has no date", "<ítem/>"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE listening_rejectedpost DROP CONSTRAINT one_row_a_rejected_post")
        for number, raw in enumerate(("<ítem/>", "<ítem/>", "", "<ítem/>")):
            RejectedPost.objects.create(source=forum, place=f"entry {number}", reason="has no date", raw=raw)
        cursor.execute(join_them)
    assert set(RejectedPost.objects.values_list("place", "count")) == {("entry 2", 1), ("entry 3", 3)}
    receive_posts(forum, [], rejected=[Rejected("entry 9", "has no date", "<ítem/>")])
    assert RejectedPost.objects.get(digest=digest).count == 4


def test_an_edit_is_taken_over_and_matched_again(forum: Source, agent: User) -> None:
    safety = watch(agent, "smoke")
    receive_posts(forum, [said("1", "It hums a little.")])
    received = receive_posts(forum, [said("1", "It hums, and now there is smoke!", edited_at=START)])
    assert received.changed == 1
    assert Post.objects.get().text == "It hums, and now there is smoke!"
    assert Mention.objects.get().watch == safety


def test_an_older_version_does_not_overwrite_a_newer_one(forum: Source) -> None:
    receive_posts(forum, [said("1", "old")])
    receive_posts(forum, [said("1", "newest", edited_at=START + timedelta(hours=2))])
    receive_posts(forum, [said("1", "newer", edited_at=START + timedelta(hours=1))])
    assert Post.objects.get().text == "newest"


def test_an_edit_brings_the_reach_of_now(forum: Source) -> None:
    receive_posts(forum, [said("1", "It hums.", followers=10, reposts=1, likes=5)])
    edited = said("1", "It hums loudly, why?", edited_at=START + timedelta(hours=1), reposts=400, likes=0)
    receive_posts(forum, [edited])
    post = Post.objects.get()
    assert (post.text, post.followers, post.reposts, post.likes) == ("It hums loudly, why?", 10, 400, 0)


def test_what_was_said_and_taken_back_within_a_batch_was_there(forum: Source, agent: User) -> None:
    watch = Watch.objects.create(name="kettle", query="kettle", owner=agent, version=next_version())
    gone = said("1", "", author="", deleted=True, minute=2)
    received = receive_posts(forum, [said("1"), said("2"), gone, said("3", "", deleted=True)])
    assert (received.stored, received.changed) == (2, 1)
    post = Post.objects.get(external_id="1")
    assert (post.text, post.author_handle, post.said_at, post.need) == ("", "tea_lover", START, 0)
    assert post.gone_at is not None
    assert Mention.objects.filter(watch=watch, post=post.pk).exists()
    assert (receive_posts(forum, [gone]).changed, Post.objects.count()) == (0, 2)


def test_of_a_known_post_that_is_edited_and_taken_back_within_a_batch_nothing_is_left(forum: Source) -> None:
    receive_posts(forum, [said("1")])
    edited = said("1", "My kettle is a secret.", edited_at=START + timedelta(hours=1))
    receive_posts(forum, [edited, said("1", "", deleted=True)])
    assert Post.objects.get().text == ""


def test_a_deleted_posts_text_goes_and_that_it_was_there_stays(forum: Source) -> None:
    receive_posts(forum, [said("1", "I should not have said this.")])
    receive_posts(forum, [said("1", "", deleted=True)])
    post = Post.objects.get()
    assert (post.text, post.external_id) == ("", "1")
    assert post.gone_at is not None


def test_near_copies_are_grouped_under_the_first(forum: Source) -> None:
    text = "Since the update my kettle does not switch on any more, please repair this soon {}"
    receive_posts(forum, [said("1", text.format("")), said("2", text.format("@brumi!!"), minute=1)])
    receive_posts(forum, [said("3", text.format("😡"), minute=2), said("4", "thanks", minute=3)])
    first = Post.objects.get(external_id="1")
    assert dict(Post.objects.values_list("external_id", "first_copy_id")) == {
        "1": None,
        "2": first.pk,
        "3": first.pk,
        "4": None,
    }


def test_a_source_that_keeps_little_keeps_matches_and_their_threads(forum: Source, agent: User) -> None:
    watch(agent, "leaks")
    forum.keeps_all = False
    forum.save(update_fields=["keeps_all"])
    received = receive_posts(
        forum,
        [
            said("1", "It leaks."),
            said("2", "Same here.", parent_id="1", minute=1),
            said("3", "Nice weather.", minute=2),
        ],
    )
    assert (received.stored, received.passed_over) == (2, 1)
    receive_posts(forum, [said("4", "And here.", parent_id="2", minute=4)])
    assert set(Post.objects.values_list("external_id", flat=True)) == {"1", "2", "4"}


@pytest.mark.parametrize(
    "text", ["a\0b", "\ud83d broken", "x" * 200_000, "\u202eright to left \u0645\u0631\u062d\u0628\u0627", ""]
)
def test_hostile_text_is_stored_or_cut_and_never_stops_a_batch(forum: Source, text: str) -> None:
    received = receive_posts(forum, [said("1", text), said("2", "after it")])
    assert received.stored == 2
    assert len(Post.objects.get(external_id="1").text) <= 100_000


def test_posts_lie_in_the_partition_of_their_month(forum: Source) -> None:
    receive_posts(forum, [said("1")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM listening_post")
        assert cursor.fetchall() == [("listening_post_2026_03",)]


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_from_two_sides_at_once_is_stored_once() -> None:
    forum = Source.objects.create(network="files", name="forum")
    batch = [said(str(number), f"post number {number}") for number in range(50)]
    outcomes: list[int] = []

    def receive() -> None:
        outcomes.append(receive_posts(forum, batch).stored)
        connection.close()

    sides = [threading.Thread(target=receive) for _ in range(4)]
    for side in sides:
        side.start()
    for side in sides:
        side.join()
    assert sorted(outcomes) == [0, 0, 0, 50]
    assert Post.objects.count() == 50


def test_what_goes_round_without_us_is_no_risk(forum: Source) -> None:
    with clock.frozen_at(START):
        receive_posts(
            forum, [said("1", "first snow", reposts=900), said("2", "@brumi first snow", reposts=900)]
        )
    risky = {post.external_id: post.risk is not None for post in Post.objects.all()}
    assert risky == {"1": False, "2": True}


def test_a_post_leads_to_pages_alone(forum: Source) -> None:
    told = ["javascript:alert(1)", "https://a.example/1", "mailto:a@b.example"]
    receive_posts(forum, [said(str(number), url=url) for number, url in enumerate(told)])
    assert set(Post.objects.values_list("url", flat=True)) == {"", "https://a.example/1"}
