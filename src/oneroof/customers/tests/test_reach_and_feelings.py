"""How somebody is reached, what they felt, and which of their past is shown."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock
from oneroof.customers import feelings
from oneroof.customers import timeline as telling
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.reaching import ReachError, choose_reach, note_reach
from oneroof.customers.feelings import last_months, months_of, register_feelings
from oneroof.customers.models import Person
from oneroof.customers.queries import rows_of
from oneroof.customers.reach import reach_of
from oneroof.customers.tests.test_people import START, met
from oneroof.customers.timeline import Entry, register_timeline, timeline

pytestmark = pytest.mark.django_db


def test_a_wish_is_noted_and_the_own_word_stays(agent: User, volunteer: User) -> None:
    (ana,) = met("ana", network="mastodon")
    assert (reach_of([ana.pk]).channel, reach_of([ana.pk]).language) == ("mastodon", "en")
    choose_reach(agent, ana.pk, "phone", "")
    told = reach_of([ana.pk])
    assert (told.channel, told.language, told.chosen_by) == ("phone", "en", "A colleague noted it")
    assert AuditEntry.objects.get().verb == "person.reach_chosen"
    note_reach(ana.pk, language="de")
    assert (reach_of([ana.pk]).channel, reach_of([ana.pk]).language) == ("phone", "de")
    with pytest.raises(NotAllowed):
        choose_reach(volunteer, ana.pk, "email", "")
    with pytest.raises(ReachError):
        note_reach(ana.pk, channel="x" * 41)


def test_of_two_rows_that_are_one_human_the_own_word_counts(agent: User) -> None:
    ana, anna = met("ana", "anna")
    note_reach(ana.pk, channel="email", language="es")
    choose_reach(agent, anna.pk, "phone", "fr")
    join_people(agent, ana.pk, anna.pk, "said so")
    assert (reach_of(rows_of(ana.pk)).channel, reach_of(rows_of(ana.pk)).language) == ("email", "es")


def test_the_page_takes_a_wish_and_refuses_nonsense(client: Client, agent: User, volunteer: User) -> None:
    (ana,) = met("ana", network="mastodon")
    client.force_login(agent)
    page, address = f"/desk/people/{ana.pk}/", f"/desk/people/{ana.pk}/reach/"
    assert "Nobody chose" in client.get(page).text
    client.post(address, {"channel": "phone", "language": "de"})
    assert "A colleague noted it" in client.get(page).text
    client.post(address, {"channel": "pigeon", "language": "de"})
    assert reach_of([ana.pk]).channel == "phone"
    assert client.post("/desk/people/99999999/reach/").status_code == 404
    client.force_login(volunteer)
    assert client.post(address, {"channel": "email"}).status_code == 404


def test_feelings_of_all_rooms_add_up_by_month(
    agent: User, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feelings, "_tellers", {})
    this, before = last_months(clock.now().date(), 2)[::-1]
    register_feelings("posts", "hear", lambda _ids, _since: {this: (2, -1.0), date(1999, 1, 1): (9, 9.0)})
    register_feelings("surveys", "hear", lambda _ids, _since: {this: (2, -0.6), before: (1, 0.5)})
    *_earlier, last, now = months_of(agent, [])
    assert (now.words, now.mean, now.state) == (4, pytest.approx(-0.4), "negative")
    assert (last.mean, last.state) == (0.5, "positive")
    assert months_of(member, []) == [], "who may not hear is told nothing"


def test_months_go_back_over_new_year() -> None:
    assert last_months(date(2026, 2, 3), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


class TestNarrowed:
    @pytest.fixture(autouse=True)
    def _own_tellers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(telling, "_tellers", {})

    def of_one_day(self, ids: Any, until: datetime, limit: int) -> list[Entry]:
        """120 things that a file dates alike, and one of the day before."""
        same = [Entry(f"a:{n:020}", START, "mail", f"a{n}") for n in range(120)][::-1]
        every = [*same, Entry("a:first", START - timedelta(days=1), "mail", "first")]
        return [each for each in every if each.at <= until][:limit]

    def test_a_hundred_things_of_one_moment_are_all_told(self, agent: User) -> None:
        register_timeline("a", "a", "hear", self.of_one_day)
        seen, cursor = [], None
        while True:
            page = timeline(agent, [1], cursor=cursor, limit=50)
            seen += [each.title for each in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert seen == [*(f"a{n}" for n in range(119, -1, -1)), "first"]

    def test_days_bound_what_is_shown(self, agent: User) -> None:
        register_timeline("a", "a", "hear", self.of_one_day)
        first = timeline(agent, [1], until=START)
        assert [each.title for each in first.rows] == ["first"]
        assert len(timeline(agent, [1], since=START, limit=200).rows) == 120

    def test_a_channel_shows_its_handles_alone(self, client: Client, agent: User) -> None:
        here, there = met("ana", network="mastodon")[0], met("ana", network="rss")[0]
        join_people(agent, here.pk, there.pk, "")
        asked: list[Any] = []
        register_timeline("a", "a", "hear", lambda ids, _until, _limit: asked.append(list(ids)) or [])
        register_timeline(
            "b", "b", "hear", lambda ids, _until, _limit: asked.append("rows") or [], by_person=True
        )
        client.force_login(agent)
        page = client.get(f"/desk/people/{here.pk}/?channel=rss&since=2026-01-01&until=nonsense").text
        assert asked == [[there.identities.model.objects.get(network="rss").pk]]
        assert "Nothing of this kind, place and time." in page
        assert Person.objects.get(pk=there.pk).whole_id == here.pk
