"""The pages of accounts: who sees them, what they do, and what they ask of the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts import audit
from oneroof.accounts.actions.rules import accept_rules, publish_rules
from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import ApiToken, AuditEntry, RulesOfEngagement, User
from oneroof.core import clock

pytestmark = pytest.mark.django_db

PAGES = {
    "/desk/settings/profile/": {"member", "agent", "lead", "admin"},
    "/desk/settings/tokens/new/": {"member", "agent", "lead", "admin"},
    "/desk/settings/rules/": {"agent", "lead", "admin"},
    "/desk/settings/rules/new/": {"lead", "admin"},
    "/desk/settings/departments/": {"lead", "admin"},
    "/desk/settings/audit/": {"lead", "admin"},
    "/desk/settings/people/": {"admin"},
    "/desk/settings/people/new/": {"admin"},
}


@pytest.mark.parametrize("who", ["member", "agent", "lead", "admin"])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_there_for_whom_it_is_meant(
    client: Client, who: str, page: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(page).status_code == (200 if who in PAGES[page] else 404)


def test_an_administrator_invites_somebody_and_is_shown_the_link_once(client: Client, admin: User) -> None:
    client.force_login(admin)
    told = {"email": "new@company.example", "name": "Nina", "role": "agent", "departments": ["care"]}
    answer = client.post("/desk/settings/people/new/", told)
    assert "/sign-in/or_" in answer.text
    assert "no-store" in answer["Cache-Control"]
    person = User.objects.get(email="new@company.example")
    assert "/sign-in/or_" not in client.get(f"/desk/settings/people/{person.pk}/").text
    assert "/sign-in/or_" in client.post(f"/desk/settings/people/{person.pk}/link/").text


def test_the_last_administrator_is_told_why_they_stay(client: Client, admin: User) -> None:
    client.force_login(admin)
    answer = client.post(f"/desk/settings/people/{admin.pk}/", {"role": "agent", "is_active": "on"})
    assert "only administrator" in answer.text


def test_people_are_found_by_name_and_address(client: Client, admin: User, agent: User) -> None:
    client.force_login(admin)
    html = client.get("/desk/settings/people/?text=AMIR").text
    assert agent.email in html
    assert ">Ada Admin</a>" not in html
    assert "Nobody found" in client.get("/desk/settings/people/?text=zzz").text
    assert client.get("/desk/settings/people/?after=rubbish").status_code == 404


def test_ones_own_token_is_shown_once_and_taken_back(client: Client, agent: User, teammate: User) -> None:
    create_token(teammate, teammate.email)
    theirs = ApiToken.objects.get()
    client.force_login(agent)
    assert "or_" in client.post("/desk/settings/tokens/new/", {"name": "Nightly"}).text
    mine = ApiToken.objects.get(name="Nightly")
    assert "Nightly" in client.get("/desk/settings/profile/").text
    for token, status in ((mine, 302), (mine, 302), (theirs, 404)):
        assert client.post(f"/desk/settings/tokens/{token.pk}/revocation/").status_code == status
    theirs.refresh_from_db()
    assert theirs.revoked_at is None
    assert AuditEntry.objects.filter(verb="token.revoked").count() == 1


def test_rules_show_what_changed_since_one_accepted(client: Client, agent: User, lead: User) -> None:
    publish_rules(lead, "Be kind.\n\nBe quick.")
    accept_rules(agent, 1)
    publish_rules(lead, "Be kind.\n\nBe right, <b>then</b> quick.")
    client.force_login(agent)
    html = client.get("/desk/settings/rules/?next=/desk/settings/profile/").text
    assert "<del>Be quick.</del><ins>Be right, &lt;b&gt;then&lt;/b&gt; quick.</ins>" in html
    assert "1 of 2" not in html
    answer = client.post("/desk/settings/rules/2/acceptance/", {"next": "/desk/settings/profile/"})
    assert answer["Location"] == "/desk/settings/profile/"
    assert "You have accepted" in client.get("/desk/settings/rules/").text
    assert client.post("/desk/settings/rules/2/acceptance/", {"next": "//evil"})["Location"] == (
        "/desk/settings/rules/"
    )


def test_a_lead_looks_at_the_difference_before_publishing(client: Client, lead: User) -> None:
    publish_rules(lead, "Be kind.")
    client.force_login(lead)
    looked = client.post("/desk/settings/rules/new/", {"text": "Be kinder.", "look": "1"}).text
    assert "<del>Be kind.</del><ins>Be kinder.</ins>" in looked
    assert RulesOfEngagement.objects.count() == 1
    assert client.post("/desk/settings/rules/new/", {"text": "Be kinder."}).status_code == 302
    assert "<ins>Be kinder.</ins>" in client.get("/desk/settings/rules/2/").text
    assert "0 of 1" in client.get("/desk/settings/rules/").text


class TestAudit:
    @pytest.fixture
    def entries(self, lead: User, agent: User) -> None:
        with clock.frozen_at(clock.now() - timedelta(days=3)):
            audit.record(agent, "watch.made", on=agent, name="Old kettle")
        audit.record(agent, "watch.changed", on=lead, name="New kettle", before={"q": "a"}, after={"q": "b"})
        audit.record(None, "reply.sent", on=agent, name="=cmd()")

    @pytest.fixture
    def page(self, client: Client, lead: User, entries: None) -> Any:
        client.force_login(lead)
        return lambda query="": client.get(f"/desk/settings/audit/?{query}").text

    def test_it_is_narrowed_by_person_verb_object_and_day(self, page: Any, agent: User, lead: User) -> None:
        today = clock.now().date()
        narrowed = {
            f"who={agent.pk}": {"Old", "New"},
            "what=watch": {"Old", "New"},
            "what=watch.ch": {"New"},
            f"on=accounts.user+{lead.pk}": {"New"},
            f"since={today - timedelta(days=1)}": {"New"},
            f"until={today - timedelta(days=2)}": {"Old"},
            f"since={today - timedelta(days=3)}&until={today}": {"Old", "New"},
        }
        for query, names in narrowed.items():
            html = page(query)
            assert {name for name in ("Old", "New") if f"{name} kettle" in html} == names, query

    def test_days_are_the_readers_own(self, page: Any, client: Client, lead: User) -> None:
        lead.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
        lead.save()
        AuditEntry.objects.filter(on_name="New kettle").update(at="2026-03-01T12:00:00Z")
        assert "New kettle" in page("since=2026-03-02&until=2026-03-02")
        assert "New kettle" not in page("since=2026-03-01&until=2026-03-01")

    def test_before_and_after_are_shown_as_a_difference(self, page: Any) -> None:
        assert "<del>a</del><ins>b</ins>" in page()

    @pytest.mark.parametrize("query", ["after=rubbish", "after=WyJ4IiwyXQ", "after=WyJ4Il0"])
    def test_a_wrong_cursor_is_no_page(self, client: Client, lead: User, query: str) -> None:
        client.force_login(lead)
        assert client.get(f"/desk/settings/audit/?{query}").status_code == 404

    def test_wrong_filters_narrow_nothing_and_say_so(self, page: Any) -> None:
        html = page("since=yesterday&who=abc")
        assert "New kettle" in html
        assert "errorlist" in html

    def test_a_lead_takes_it_as_a_file_that_is_safe_to_open(
        self, client: Client, lead: User, entries: None
    ) -> None:
        client.force_login(lead)
        answer = client.post("/desk/settings/audit/file/", {"what": "reply"})
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) == 2
        assert '"\'=cmd()"' in lines[1]
        taken = AuditEntry.objects.get(verb="audit.exported")
        assert (taken.actor, taken.after) == (lead, {"verb": "reply"})

    def test_nobody_else_takes_it(self, client: Client, agent: User, entries: None) -> None:
        client.force_login(agent)
        assert client.post("/desk/settings/audit/file/").status_code == 404
        assert not AuditEntry.objects.filter(verb="audit.exported").exists()


@pytest.mark.parametrize("size", [2, 45])
@pytest.mark.parametrize("page", ["people/", "audit/", "rules/", "profile/"])
def test_lists_ask_the_same_of_few_and_many(
    client: Client, admin: User, page: str, size: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        person = User.objects.create_user(f"p{number}@company.example", role="agent")
        person.departments.add(1 + number % 3)
        audit.record(person, "x.done", on=person)
        publish_rules(admin, f"Rule {number}")
        create_token(admin, admin.email, name=str(number))
    client.force_login(admin)
    client.get("/desk/settings/profile/")
    with django_assert_max_num_queries(14):
        assert client.get(f"/desk/settings/{page}").status_code == 200


def test_only_what_the_interface_speaks_is_offered_and_spoken(client: Client, agent: User) -> None:
    client.force_login(agent)
    html = client.get("/desk/settings/profile/").text
    assert '<option value="en-gb"' in html
    assert '<option value="nl"' not in html
    User.objects.filter(pk=agent.pk).update(language="he")
    assert '<html lang="en" dir="ltr"' in client.get("/desk/settings/profile/").text
