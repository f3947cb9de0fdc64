"""Saved replies, service levels, policies and working hours, as pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import AuditEntry, User
from oneroof.care.actions.saved import write_saved_reply
from oneroof.care.models import CareSettings, Conversation, SavedReply, ServicePolicy, WorkingHours
from oneroof.care.queries.due import by_day, due_soon, overdue
from oneroof.care.queries.saved import PLACEHOLDERS
from oneroof.care.queries.worked import works_between
from oneroof.care.rules.placeholders import KNOWN
from oneroof.care.settings_forms import days_in, spans_in
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db
SAVED, SERVICE, LEVELS = "/desk/settings/saved-replies/", "/desk/settings/service/", "/desk/levels/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestSavedReplies:
    WORDS = {"name": "Seal", "lang": "en", "text": "Dear {{ name }}, **a seal** is on its way."}

    def test_anyone_who_answers_writes_one_and_a_lead_reviews_it(self, volunteer: User, lead: User) -> None:
        assert as_(volunteer).post(f"{SAVED}new/", self.WORDS).url == SAVED
        saved = SavedReply.objects.get()
        assert saved.reviewed_at is None
        assert "Not reviewed" in as_(volunteer).get(SAVED).text
        assert as_(volunteer).post(f"{SAVED}{saved.pk}/review/").status_code == 404
        for _twice in range(2):
            as_(lead).post(f"{SAVED}{saved.pk}/review/")
        saved.refresh_from_db()
        assert saved.reviewed_by == lead

    def test_only_leads_change_and_delete(self, agent: User, lead: User, member: User) -> None:
        saved = write_saved_reply(agent, "Seal", "en", "Hello")
        for person in (agent, member):
            assert as_(person).post(f"{SAVED}{saved.pk}/", self.WORDS).status_code == 404
            assert as_(person).post(f"{SAVED}{saved.pk}/deletion/").status_code == 404
        assert as_(member).get(SAVED).status_code == 404
        as_(lead).post(f"{SAVED}{saved.pk}/", self.WORDS | {"expires_on": "2026-12-24"})
        saved.refresh_from_db()
        assert saved.text == self.WORDS["text"]
        assert (saved.expires_at.year, saved.expires_at.day) == (2026, 24)
        assert "2026-12-24" in as_(lead).get(f"{SAVED}{saved.pk}/").text
        as_(lead).post(f"{SAVED}{saved.pk}/deletion/")
        assert as_(lead).post(f"{SAVED}{saved.pk}/deletion/").status_code == 404
        assert not SavedReply.objects.exists()

    def test_it_is_tried_before_it_is_saved(self, agent: User) -> None:
        page = as_(agent).post(f"{SAVED}new/", self.WORDS | {"preview": "1"}).text
        assert "Dear Marta Quiroga, <strong>a seal</strong>" in page
        assert not SavedReply.objects.exists()

    def test_a_placeholder_that_is_not_is_refused_with_those_that_are(self, agent: User) -> None:
        page = as_(agent).post(f"{SAVED}new/", self.WORDS | {"text": "Dear {{ nmae }}"}).text
        assert "There is no placeholder “nmae”" in page
        assert "first_name" in page

    def test_the_same_name_twice_is_refused(self, agent: User) -> None:
        as_(agent).post(f"{SAVED}new/", self.WORDS)
        assert "There is a saved reply of that name" in as_(agent).post(f"{SAVED}new/", self.WORDS).text

    def test_the_expired_and_the_unreviewed_are_found(self, agent: User, lead: User) -> None:
        write_saved_reply(agent, "Fresh", "en", "Hello")
        write_saved_reply(lead, "Stale", "en", "Hello", expires_at=clock.ago(days=1))
        assert [name in as_(lead).get(f"{SAVED}?show=expired").text for name in ("Fresh", "Stale")] == [
            False,
            True,
        ]
        assert [name in as_(lead).get(f"{SAVED}?show=review").text for name in ("Fresh", "Stale")] == [
            True,
            False,
        ]

    def test_a_long_list_is_turned_and_asks_no_more_questions(self, lead: User) -> None:
        client = as_(lead)
        write_saved_reply(lead, "Reply 000", "en", "Hello")
        client.get(SAVED)
        with CaptureQueriesContext(connection) as few:
            client.get(SAVED)
        SavedReply.objects.bulk_create(
            SavedReply(name=f"Reply {n:03}", lang="en", text="Hello", owner=lead) for n in range(1, 60)
        )
        with CaptureQueriesContext(connection) as many:
            first = client.get(SAVED)
        assert len(many) == len(few)
        second = client.get(f"{SAVED}?after={first.context['page'].next}")
        names = [saved.name for page in (first, second) for saved in page.context["page"].rows]
        assert names == [f"Reply {n:03}" for n in range(60)]

    def test_every_placeholder_is_explained(self) -> None:
        assert tuple(PLACEHOLDERS) == KNOWN


class TestPolicies:
    def test_a_lead_sets_the_clocks_of_a_priority(self, lead: User, agent: User) -> None:
        words = {"high-first": "0:45", "high-resolution": "9:30", "high-hours": ""}
        assert as_(agent).post(f"{SERVICE}priorities/high/", words).status_code == 404
        assert as_(agent).get(SERVICE).status_code == 404
        as_(lead).post(f"{SERVICE}priorities/high/", words)
        policy = ServicePolicy.objects.get(priority="high")
        assert (policy.first_response_minutes, policy.resolution_minutes) == (45, 570)
        assert "9:30" in as_(lead).get(SERVICE).text

    @pytest.mark.parametrize(
        ("first", "said"), [("soon", "Write hours and minutes"), ("99:00", "comes before the resolution")]
    )
    def test_what_is_no_time_is_said_with_what_was_typed(self, lead: User, first: str, said: str) -> None:
        words = {"high-first": first, "high-resolution": "8:00"}
        page = as_(lead).post(f"{SERVICE}priorities/high/", words)
        assert page.status_code == 422
        assert said in page.text
        assert f'value="{first}"' in page.text

    def test_a_priority_that_is_not(self, lead: User) -> None:
        words = {"odd-first": "1:00", "odd-resolution": "8:00"}
        assert as_(lead).post(f"{SERVICE}priorities/odd/", words).status_code == 404

    def test_working_hours_are_written_and_changed(self, lead: User) -> None:
        week = {f"day{number}": "9:00-12:00, 13:00–17:30" for number in range(5)}
        words = {"name": "Lima", "time_zone": "America/Lima", "closed_on": "2026-12-25 Christmas\n2027-01-01"}
        assert as_(lead).post(f"{SERVICE}hours/new/", words | week).url == SERVICE
        hours = WorkingHours.objects.get(name="Lima")
        assert hours.days["4"] == [["09:00", "12:00"], ["13:00", "17:30"]]
        assert hours.closed_on == ["2026-12-25", "2027-01-01"]
        page = as_(lead).get(f"{SERVICE}hours/{hours.pk}/").text
        assert "09:00–12:00, 13:00–17:30" in page
        as_(lead).post(f"{SERVICE}hours/{hours.pk}/", words | {"day0": "10:00–16:00"})
        hours.refresh_from_db()
        assert hours.days == {"0": [["10:00", "16:00"]]}

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"day0": "nine to five"}, "Write from–to"),
            ({"day0": "17:00–09:00"}, "17:00–09:00"),
            ({"day0": ""}, "never open"),
            ({"day0": "9:00–17:00", "closed_on": "Christmas"}, "does not begin with a date"),
            ({"day0": "9:00–17:00", "time_zone": "Nowhere"}, "Select a valid choice"),
        ],
    )
    def test_hours_in_which_no_clock_can_run_are_refused(
        self, lead: User, wrong: dict[str, str], said: str
    ) -> None:
        before = WorkingHours.objects.count()
        page = as_(lead).post(f"{SERVICE}hours/new/", {"name": "X", "time_zone": "UTC"} | wrong)
        assert said in page.text
        assert WorkingHours.objects.count() == before

    def test_care_settings(self, lead: User, agent: User) -> None:
        words = {"approvals_needed": "7", "reopen_days": "30"}
        assert as_(agent).post(f"{SERVICE}care/", words).status_code == 404
        as_(lead).post(f"{SERVICE}care/", words)
        assert CareSettings.objects.get().approvals_needed == 7
        assert AuditEntry.objects.filter(verb="care_settings.set", actor=lead).exists()
        assert as_(lead).post(f"{SERVICE}care/", {"approvals_needed": "0"}).status_code == 422


def test_what_is_written_of_hours_and_days() -> None:
    assert spans_in("") == []
    assert spans_in("8:00 to 12:00,13:00-24:00") == [["08:00", "12:00"], ["13:00", "24:00"]]
    assert days_in("2027-01-01\n\n2026-12-25 Christmas") == ["2026-12-25", "2027-01-01"]


class TestLevels:
    @pytest.fixture
    def work(self, form: Source, hear: Hear) -> list[Conversation]:
        """One answered in time, one late, one overdue now, one that is due soon."""
        now = clock.now()
        found = [hear(form, said(str(n), f"Kettle number {n} leaks?", author=f"a{n}"))[0] for n in range(4)]
        times = [(-120, -110, -60), (-120, -30, -60), (-120, None, -60), (-10, None, 60)]
        for conversation, (opened, answered, due) in zip(found, times, strict=True):
            conversation.opened_at = now + timedelta(minutes=opened)
            conversation.first_response_at = answered and now + timedelta(minutes=answered)
            conversation.first_due_at = now + timedelta(minutes=due)
            conversation.resolution_due_at = now + timedelta(days=3)
            conversation.policy = {}
            conversation.save()
        return found

    def test_the_page_tells_figures_and_what_is_due(self, agent: User, work: list[Conversation]) -> None:
        page = as_(agent).get(LEVELS).text
        assert "50 min" in page, "the median of 10 and 90 minutes"
        assert "1 of 3 in time (33%)" in page, "what is due soon counts on neither side"
        assert "levels__median" in page
        assert [row.pk for row in overdue()] == [work[2].pk]
        assert [row.pk for row in due_soon()] == [work[3].pk]

    def test_days_are_counted_with_what_was_late(self, work: list[Conversation]) -> None:
        span = (clock.ago(days=2), clock.now() + timedelta(days=1))
        days = by_day(works_between(*span), *span)
        assert (sum(day.opened for day in days), sum(day.late for day in days)) == (4, 2)
        work[2].resolved_at = work[2].first_due_at  # ended within its time, and is not late ever after
        work[2].save()
        days = by_day(works_between(*span), *span)
        assert sum(day.late for day in days) == 1

    def test_an_empty_period_and_nonsense_say_so(self, agent: User) -> None:
        assert "No work began in this period" in as_(agent).get(LEVELS).text
        assert (
            "Choose a first and a last day"
            in as_(agent).get(f"{LEVELS}?start=2026-02-01&end=2026-01-01").text
        )
        assert as_(agent).get(f"{LEVELS}?days=x&start=y").status_code == 200

    def test_a_period_of_ones_own_includes_its_last_day(self, agent: User, form: Source, hear: Hear) -> None:
        with clock.frozen_at(START):
            hear(form, said("1"))
            day = f"{START:%Y-%m-%d}"
            assert as_(agent).get(f"{LEVELS}?start={day}&end={day}").context["all"]["count"] == 1

    def test_outsiders_find_nothing(self, member: User) -> None:
        assert as_(member).get(LEVELS).status_code == 404

    def test_more_work_asks_no_more_questions(
        self, agent: User, form: Source, hear: Hear, work: list[Conversation]
    ) -> None:
        client = as_(agent)
        client.get(LEVELS)
        with CaptureQueriesContext(connection) as few:
            client.get(LEVELS)
        past = clock.ago(hours=1)
        hear(form, *[said(f"more{n}", f"Lid {n} broke?", author=f"b{n}") for n in range(12)])
        Conversation.objects.filter(first_response_at=None).update(first_due_at=past, opened_at=past)
        with CaptureQueriesContext(connection) as many:
            client.get(LEVELS)
        assert len(many) == len(few)
