"""Owners are told what their watches caught: at once, or each morning, and nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.telling import tell_at_once, tell_daily
from oneroof.listening.events import PostsReceived
from oneroof.listening.models import Post, Source
from oneroof.listening.mornings import last_morning
from oneroof.listening.sources.base import RawPost
from oneroof.listening.subscribers import on_posts_received
from oneroof.listening.tests.conftest import MakeWatch
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 10, 12, tzinfo=UTC)


def hear(forum: Source, *texts: str, said_at: datetime | None = None) -> list[int]:
    """One batch; the ids of its posts."""
    moment = said_at or clock.now()
    before = Post.objects.count()
    batch = [
        RawPost(external_id=f"{before + at}", author_handle="tea_lover", text=text, created_at=moment)
        for at, text in enumerate(texts)
    ]
    receive_posts(forum, batch)
    names = [raw.external_id for raw in batch]
    return sorted(Post.objects.filter(external_id__in=names).values_list("pk", flat=True))


def test_a_batch_is_told_at_once_in_one_notice(agent: User, forum: Source, make_watch: MakeWatch) -> None:
    watch = make_watch(agent, "kettle", name="Kettles", tell="at_once")
    ids = hear(forum, "My kettle leaks.", "A fine teapot.", "A kettle again.")
    on_posts_received(PostsReceived(forum.pk, ids))
    [notice] = Notice.objects.all()
    assert (notice.user, notice.title) == (agent, "2 new catches of “Kettles”")
    assert notice.path == f"/desk/listen/?watch={watch.pk}"
    assert "– tea_lover: My kettle leaks." in notice.body
    assert notice.by_email


def test_the_same_batch_again_is_not_told_twice(agent: User, forum: Source, make_watch: MakeWatch) -> None:
    make_watch(agent, "kettle", tell="at_once")
    ids = hear(forum, "kettle")
    tell_at_once(ids)
    tell_at_once(ids)
    assert Notice.objects.count() == 1


def test_a_watch_that_catches_much_mails_once_an_hour(
    agent: User, forum: Source, make_watch: MakeWatch
) -> None:
    make_watch(agent, "kettle", tell="at_once")
    for minutes in (0, 20, 61):
        with clock.frozen_at(NOW + timedelta(minutes=minutes)):
            tell_at_once(hear(forum, "kettle"))
    assert list(Notice.objects.order_by("pk").values_list("by_email", flat=True)) == [True, False, True]


@pytest.mark.parametrize("tell", ["daily", "never"])
def test_other_watches_do_not_tell_at_once(
    agent: User, forum: Source, make_watch: MakeWatch, tell: str
) -> None:
    make_watch(agent, "kettle", tell=tell)
    tell_at_once(hear(forum, "kettle"))
    assert not Notice.objects.exists()


def test_history_that_is_imported_is_no_news(agent: User, forum: Source, make_watch: MakeWatch) -> None:
    make_watch(agent, "kettle", tell="at_once")
    tell_at_once(hear(forum, "kettle", said_at=clock.ago(days=8)))
    assert not Notice.objects.exists()


@pytest.mark.parametrize("change", [{"role": Role.MEMBER}, {"is_active": False}])
def test_who_may_not_hear_any_more_is_told_nothing(
    agent: User, forum: Source, make_watch: MakeWatch, change: dict[str, object]
) -> None:
    make_watch(agent, "kettle", tell="at_once")
    make_watch(agent, "kettle", tell="daily", created_at=clock.ago(days=3))
    User.objects.filter(pk=agent.pk).update(**change)
    tell_at_once(hear(forum, "kettle"))
    tell_daily()
    assert not Notice.objects.exists()


def test_a_title_speaks_the_owners_language_and_one_is_one(
    agent: User, forum: Source, make_watch: MakeWatch
) -> None:
    make_watch(agent, "kettle", name="K", tell="at_once")
    tell_at_once(hear(forum, "kettle"))
    assert Notice.objects.get().title == "1 new catch of “K”"


def test_a_day_is_told_in_one_notice_in_the_morning(
    agent: User, forum: Source, make_watch: MakeWatch
) -> None:
    with clock.frozen_at(NOW):
        first = make_watch(agent, "kettle", name="A", tell="daily", created_at=NOW)
        make_watch(agent, "teapot", name="B", tell="daily", created_at=NOW)
        make_watch(agent, "nothing", name="C", tell="daily", created_at=NOW)
        hear(forum, *["kettle"] * 5, "teapot")
        tell_daily()
        assert not Notice.objects.exists()
    with clock.frozen_at(NOW.replace(day=11, hour=8)):
        tell_daily()
        tell_daily()
    [notice] = Notice.objects.all()
    assert (notice.title, notice.by_email) == ("Your watches caught 6 posts", True)
    assert notice.body.startswith("A: 5\n– tea_lover: kettle")
    assert "and 2 more" in notice.body
    assert "B: 1" in notice.body
    assert "C" not in notice.body
    first.refresh_from_db()
    assert first.told_at == NOW.replace(day=11, hour=8)


def test_what_was_told_is_not_told_the_next_day(agent: User, forum: Source, make_watch: MakeWatch) -> None:
    make_watch(agent, "kettle", tell="daily", created_at=NOW)
    for day, text in ((10, "kettle one"), (11, "kettle two")):
        with clock.frozen_at(NOW.replace(day=day)):
            hear(forum, text)
        with clock.frozen_at(NOW.replace(day=day + 1, hour=9)):
            tell_daily()
    with clock.frozen_at(NOW.replace(day=13, hour=9)):
        tell_daily()
    bodies = list(Notice.objects.order_by("pk").values_list("body", flat=True))
    assert ["one" in body for body in bodies] == [True, False]
    assert "two" in bodies[1]


def test_what_is_stored_while_the_digest_is_made_is_told_the_next_day(
    agent: User, forum: Source, make_watch: MakeWatch
) -> None:
    make_watch(agent, "kettle", tell="daily", created_at=NOW)
    with clock.frozen_at(NOW.replace(day=11, hour=9)):
        hear(forum, "kettle")
        tell_daily()
        assert not Notice.objects.exists()
    with clock.frozen_at(NOW.replace(day=12, hour=9)):
        tell_daily()
    assert Notice.objects.get().title == "Your watches caught 1 post"


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("UTC", datetime(2026, 7, 10, 8, tzinfo=UTC), datetime(2026, 7, 10, 8, tzinfo=UTC)),
        ("UTC", datetime(2026, 7, 10, 7, 59, tzinfo=UTC), datetime(2026, 7, 9, 8, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 7, 9, 23, 30, tzinfo=UTC), datetime(2026, 7, 9, 23, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 7, 10, 11, tzinfo=UTC), datetime(2026, 7, 9, 12, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 7, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        ("Nowhere/At_All", datetime(2026, 7, 10, 9, tzinfo=UTC), datetime(2026, 7, 10, 8, tzinfo=UTC)),
        ("../etc/passwd", datetime(2026, 7, 10, 9, tzinfo=UTC), datetime(2026, 7, 10, 8, tzinfo=UTC)),
    ],
)
def test_morning_is_eight_where_one_is(zone: str, now: datetime, morning: datetime) -> None:
    assert last_morning(now, zone) == morning
