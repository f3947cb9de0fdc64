"""Watches are made, changed, deleted and judged by those who may."""

from datetime import timedelta

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock
from oneroof.core.testing.jobs import run_jobs
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.watches import (
    WatchError,
    backfill_watch,
    create_watch,
    delete_watch,
    edit_watch,
    judge_catch,
)
from oneroof.listening.models import Mention, Source, Watch
from oneroof.listening.sources.base import RawPost
from oneroof.listening.watch_language import WatchSyntaxError

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(db: None) -> Source:
    return Source.objects.create(network="files", name="forum")


def hear(forum: Source, external_id: str, text: str, *, days_ago: int = 0) -> int:
    """How many new posts a watch caught."""
    moment = clock.now() - timedelta(days=days_ago)
    return receive_posts(
        forum, [RawPost(external_id=external_id, author_handle="zoe", text=text, created_at=moment)]
    ).matched


def caught_by(watch: Watch) -> set[str]:
    return set(Mention.objects.filter(watch=watch).values_list("post__external_id", flat=True))


def test_an_agent_or_a_volunteer_makes_a_watch(agent: User, volunteer: User) -> None:
    for actor in (agent, volunteer):
        watch = create_watch(actor, "  Leaks ", "kettle leak*", tell=Watch.Tell.DAILY)
        assert (watch.name, watch.owner, watch.tell) == ("Leaks", actor, "daily")
    assert AuditEntry.objects.filter(verb="watch.created", actor=agent).count() == 1


def test_an_outsider_makes_none(member: User) -> None:
    with pytest.raises(NotAllowed):
        create_watch(member, "Leaks", "kettle")
    assert not Watch.objects.exists()


def test_a_watch_for_somebody_else_takes_a_lead(agent: User, teammate: User, lead: User) -> None:
    with pytest.raises(NotAllowed):
        create_watch(agent, "Leaks", "kettle", owner=teammate)
    assert create_watch(lead, "Leaks", "kettle", owner=teammate).owner == teammate
    assert create_watch(None, "Leaks", "kettle", owner=teammate).owner == teammate


@pytest.mark.parametrize("query", ["", "-kettle", "kettle (", "k" * 20_001])
def test_what_is_no_watch_is_neither_made_nor_taken_over(agent: User, query: str) -> None:
    with pytest.raises(WatchSyntaxError):
        create_watch(agent, "Leaks", query)
    watch = create_watch(agent, "Leaks", "kettle")
    with pytest.raises(WatchSyntaxError):
        edit_watch(agent, watch.pk, query=query)
    assert Watch.objects.get().query == "kettle"


def test_a_watch_has_a_name_and_tells_at_known_times(agent: User) -> None:
    with pytest.raises(WatchError):
        create_watch(agent, "  ", "kettle")
    with pytest.raises(WatchError):
        create_watch(agent, "Leaks", "kettle", tell="hourly")
    assert len(create_watch(agent, "n" * 500, "kettle").name) == 120


def test_the_owner_edits_and_what_is_not_said_stays(agent: User) -> None:
    watch = create_watch(agent, "Leaks", "kettle", tell="daily")
    edit_watch(agent, watch.pk, name="Drips")
    edit_watch(agent, watch.pk, query="drip*")
    watch.refresh_from_db()
    assert (watch.name, watch.query, watch.tell) == ("Drips", "drip*", "daily")
    entry = AuditEntry.objects.filter(verb="watch.changed").latest("id")
    assert (entry.before["query"], entry.after["query"]) == ("kettle", "drip*")


def test_a_teammate_may_not_change_it_and_a_lead_may(
    agent: User, teammate: User, member: User, lead: User
) -> None:
    watch = create_watch(agent, "Leaks", "kettle")
    for other in (teammate, member):
        with pytest.raises(NotAllowed):
            edit_watch(other, watch.pk, query="tea")
        with pytest.raises(NotAllowed):
            delete_watch(other, watch.pk)
    edit_watch(lead, watch.pk, query="tea")
    delete_watch(lead, watch.pk)
    assert not Watch.objects.live().exists()


def test_what_is_deleted_is_gone(agent: User, forum: Source) -> None:
    watch = create_watch(agent, "Leaks", "kettle")
    assert hear(forum, "1", "My kettle!") == 1
    delete_watch(agent, watch.pk)
    assert hear(forum, "2", "My kettle!") == 0
    assert not Mention.objects.exists()
    for again in (lambda: delete_watch(agent, watch.pk), lambda: edit_watch(agent, watch.pk, name="x")):
        with pytest.raises(Watch.DoesNotExist):
            again()


def test_a_change_is_live_with_the_next_batch(agent: User, forum: Source) -> None:
    assert hear(forum, "1", "My kettle leaks") == 0
    watch = create_watch(agent, "Leaks", "kettle")
    assert hear(forum, "2", "My kettle leaks") == 1
    edit_watch(agent, watch.pk, query="toaster")
    assert hear(forum, "3", "My kettle leaks") == 0
    assert hear(forum, "4", "My toaster smokes") == 1
    assert caught_by(watch) == {"2", "4"}


def test_a_new_name_makes_no_new_matching(agent: User) -> None:
    watch = create_watch(agent, "Leaks", "kettle")
    assert edit_watch(agent, watch.pk, name="Drips", query="kettle").version == watch.version


@pytest.mark.django_db(transaction=True)
def test_the_last_thirty_days_follow_in_a_job(agent: User, forum: Source) -> None:
    for external_id, text, days in (
        ("1", "kettle", 1),
        ("2", "kettle", 29),
        ("3", "kettle", 31),
        ("4", "toaster", 1),
    ):
        hear(forum, external_id, text, days_ago=days)
    watch = create_watch(agent, "Leaks", "kettle")
    run_jobs()
    assert caught_by(watch) == {"1", "2"}
    edit_watch(agent, watch.pk, query="toaster")
    run_jobs()
    assert caught_by(watch) == {"1", "2", "4"}


def test_the_job_of_a_query_that_is_over_catches_nothing(agent: User, forum: Source) -> None:
    hear(forum, "1", "kettle")
    watch = create_watch(agent, "Leaks", "kettle")
    old = watch.version
    edit_watch(agent, watch.pk, query="toaster")
    assert backfill_watch(watch_id=watch.pk, version=old) == 0
    delete_watch(agent, watch.pk)
    assert backfill_watch(watch_id=watch.pk, version=watch.version) == 0
    assert not Mention.objects.exists()


def test_the_job_twice_catches_once(agent: User, forum: Source) -> None:
    hear(forum, "1", "kettle")
    watch = create_watch(agent, "Leaks", "kettle")
    assert [backfill_watch(watch_id=watch.pk, version=watch.version) for _ in range(2)] == [1, 0]


def test_a_catch_is_judged_and_the_judgement_taken_back(
    agent: User, teammate: User, member: User, forum: Source
) -> None:
    watch = create_watch(agent, "Leaks", "kettle")
    hear(forum, "1", "kettle")
    post = Mention.objects.get().post_id
    judged = judge_catch(teammate, watch.pk, post, True)
    assert (judged.is_useful, judged.judged_by) == (True, teammate)
    taken_back = judge_catch(agent, watch.pk, post, None)
    assert (taken_back.is_useful, taken_back.judged_by, taken_back.judged_at) == (None, None, None)
    with pytest.raises(NotAllowed):
        judge_catch(member, watch.pk, post, False)
    with pytest.raises(Mention.DoesNotExist):
        judge_catch(agent, watch.pk, post + 1, False)
    assert AuditEntry.objects.filter(verb="catch.judged").count() == 2
