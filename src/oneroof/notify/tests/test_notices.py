"""Who is told what, once, and how they choose."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock
from oneroof.notify import kinds
from oneroof.notify.actions import tell
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.actions.preferring import NoticeError, choose
from oneroof.notify.actions.reading import mark_all_read, mark_read
from oneroof.notify.kinds import Kind, Way, register_kinds
from oneroof.notify.letters import unsubscribe_url
from oneroof.notify.models import Notice, Preferences
from oneroof.notify.queries import unread_count
from oneroof.notify.rules import is_quiet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    register_kinds(Kind("catch", "A catch"), Kind("hand_off", "A hand-off", way=Way.EMAIL))


def chosen(user: User, **more: Any) -> Preferences:
    told = {"ways": {}, "takes_email": True, "quiet_from": None, "quiet_until": None}
    return choose(user, **{**told, **more})


def notice(user: User, key: str = "a", **more: Any) -> Notice:
    tell([user], **{"key": key, "kind": "catch", "title": f"About {key}", **more})
    return Notice.objects.get(user=user, key=key)


def test_a_key_tells_each_person_once(agent: User, teammate: User) -> None:
    for _time in range(2):
        tell([agent, teammate], key="same", kind="catch", title="Caught")
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "ways", "by_email", "stored"),
    [
        ("catch", None, False, [False]),
        ("catch", None, True, [True]),
        ("hand_off", None, False, [True]),
        ("hand_off", [Way.DESK], True, [False]),
        ("hand_off", [], True, []),
        ("catch", [Way.EMAIL], False, [True]),
        ("nobody_named_it", None, False, [False]),
    ],
)
def test_ones_own_choice_comes_first(
    agent: User, kind: str, ways: list[Way] | None, by_email: bool, stored: list[bool]
) -> None:
    if ways is not None:
        chosen(agent, ways={kind: ways})
    tell([agent], key="k", kind=kind, title="t", by_email=by_email)
    assert list(Notice.objects.values_list("by_email", flat=True)) == stored


@pytest.mark.parametrize(
    ("hour", "begin", "end", "quiet"),
    [
        (23, time(22), time(7), True),
        (6, time(22), time(7), True),
        (7, time(22), time(7), False),
        (12, time(22), time(7), False),
        (12, time(12), time(13), True),
        (13, time(12), time(13), False),
        (12, time(12), time(12), False),
        (12, None, None, False),
    ],
)
def test_quiet_hours(hour: int, begin: time | None, end: time | None, quiet: bool) -> None:
    moment = datetime(2026, 1, 15, hour, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert is_quiet(moment, ZoneInfo("Europe/Berlin"), begin, end) is quiet


def test_quiet_hours_hold_back_letters_where_one_lives_and_notices_never(agent: User) -> None:
    agent.time_zone = "Asia/Tokyo"
    agent.save()
    chosen(agent, quiet_from=time(22), quiet_until=time(7))
    with clock.frozen_at(datetime(2026, 1, 15, 14, 0, tzinfo=UTC)):  # 23:00 in Tokyo
        notice(agent, by_email=True)
        assert gather_letters() == []
        assert unread_count(agent) == 1
    with clock.frozen_at(datetime(2026, 1, 15, 22, 0, tzinfo=UTC)):  # 07:00
        assert len(gather_letters()) == 1


def test_a_choice_is_audited_and_a_half_of_quiet_hours_is_none(agent: User) -> None:
    chosen(agent, ways={"catch": []})
    chosen(agent, ways={"catch": []})
    assert AuditEntry.objects.get().after["ways"] == {"catch": []}
    with pytest.raises(NoticeError, match="beginning and an end"):
        chosen(agent, quiet_from=time(22))
    for ways in ({"catch": ["loudly"]}, {"unheard_of": []}):
        with pytest.raises(NoticeError, match="not known"):
            chosen(agent, ways=ways)


def test_reading_is_for_ones_own_and_for_what_was_seen(agent: User, teammate: User) -> None:
    mine, theirs = notice(agent), notice(teammate)
    assert mark_read(agent, [mine.pk, theirs.pk]) == 1
    assert mark_read(agent, [mine.pk]) == 0
    seen, later = notice(agent, "b"), notice(agent, "c")
    assert mark_all_read(agent, seen.pk) == 1
    assert list(Notice.objects.filter(user=agent, read_at=None)) == [later]
    agent.is_active = False
    with pytest.raises(NotAllowed):
        mark_all_read(agent, later.pk)


def test_opening_a_notice_reads_it_and_leads_on(client: Client, agent: User, teammate: User) -> None:
    mine = notice(agent, path="/desk/settings/profile/")
    outside = notice(agent, "b", path="//evil.example/")
    theirs = notice(teammate)
    client.force_login(agent)
    address = "/desk/notices/{}/opening/"
    assert client.post(address.format(mine.pk))["Location"] == "/desk/settings/profile/"
    assert client.post(address.format(outside.pk))["Location"] == "/desk/notices/"
    assert client.post(address.format(theirs.pk)).status_code == 404
    assert client.get(address.format(mine.pk)).status_code == 405
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_the_list_shows_ones_own_and_marks_the_chosen(client: Client, agent: User, teammate: User) -> None:
    mine, _other = notice(agent, title="Mine <b>"), notice(teammate, title="Theirs")
    client.force_login(agent)
    html = client.get("/desk/notices/").text
    assert "Mine &lt;b&gt;" in html
    assert "Theirs" not in html
    assert "1 notice" in client.post("/desk/notices/reading/", {"chosen": [mine.pk, "x"]}, follow=True).text
    assert "Mine" not in client.get("/desk/notices/?show=unread").text
    assert client.get("/desk/notices/?after=rubbish").status_code == 404


def test_the_page_of_choices(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert "A hand-off" in client.get("/desk/settings/notices/").text
    told = {"way-catch": "email", "quiet_from": "22:00", "quiet_until": "06:30"}
    assert client.post("/desk/settings/notices/", told).status_code == 302
    stored = Preferences.objects.get()
    assert (stored.ways, stored.takes_email) == ({"catch": ["desk", "email"], "hand_off": []}, False)
    assert "22:00" in client.get("/desk/settings/notices/").text
    half = client.post("/desk/settings/notices/", {**told, "quiet_until": ""})
    assert "beginning and an end" in half.text


def test_one_click_ends_the_letters_and_a_mere_look_does_not(agent: User) -> None:
    path = unsubscribe_url(agent).partition("//")[2].partition("/")[2]
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(f"/{path}").status_code == 200
    assert not Preferences.objects.exists()
    for _time in range(2):
        assert stranger.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preferences.objects.get().takes_email is False
    assert AuditEntry.objects.get().verb == "notices.unsubscribed"
    notice(agent, by_email=True)
    assert gather_letters() == []
    assert unread_count(agent) == 1


def test_a_forged_way_out_is_not_there(agent: User) -> None:
    forged = unsubscribe_url(agent).rstrip("/")[:-1] + "_/"
    assert Client().post("/" + forged.partition("//")[2].partition("/")[2]).status_code == 404
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("size", [3, 45])
def test_the_list_asks_the_same_of_few_and_many(
    client: Client, agent: User, size: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        notice(agent, str(number))
    client.force_login(agent)
    with django_assert_max_num_queries(7):
        assert client.get("/desk/notices/").text.count("data-row-check") == size


def test_telling_many_asks_no_more_than_telling_one(django_assert_num_queries: Any) -> None:
    people = [User.objects.create_user(f"p{n}@company.example", role="agent") for n in range(30)]
    with django_assert_num_queries(3):
        tell(people, key="k", kind="catch", title="t")


def test_a_number_that_is_none_of_ours_is_no_error(agent: User, client: Client) -> None:
    client.force_login(agent)
    for path, given in (("reading", {"chosen": "9" * 5_000}), ("reading_all", {"up_to": "9" * 5_000})):
        assert client.post(reverse(f"notify:{path}"), given).status_code == 302
