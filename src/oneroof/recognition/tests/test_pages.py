"""Pages of recognition: who sees them, what stands on them, and how many queries they take."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.community.models import Entry, Member, Vote
from oneroof.recognition.actions.ledger import settle_entry
from oneroof.recognition.models import Contribution, Listing, Willingness

pytestmark = pytest.mark.django_db
type Make = Callable[..., Entry]
DESK = ("", "fairness/", "routing/", "directory/", "directory/new/")


@pytest.fixture
def for_lead(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def listed(count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        user = User.objects.create_user(f"h{n}@customers.example")
        member = Member.objects.create(user=user, name=f"Helper {n}", place="Graz", languages=["de"])
        Willingness.objects.create(
            member=member, listed_to="everybody", wants_questions=True, skills=["valves"]
        )


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_a_lead_sees_the_desk_and_an_agent_404(for_lead: Client, agent: User) -> None:
    for page in DESK:
        assert for_lead.get(f"/desk/recognition/{page}").status_code == 200
    for_lead.force_login(agent)
    for page in DESK:
        assert for_lead.get(f"/desk/recognition/{page}").status_code == 404


@pytest.mark.parametrize("address", ["/people/", "/desk/recognition/routing/"])
def test_lists_take_as_many_queries_at_any_size(for_lead: Client, address: str) -> None:
    listed(2)
    for_lead.get(address)
    few = queries(for_lead, address)
    listed(20, start=2)
    assert queries(for_lead, address) == few


def test_the_directory_finds_by_skill_language_and_place(client: Client) -> None:
    listed(1)
    Listing.objects.create(kind="service", name="Fix & Co", place="Wien", skills=["boilers"])
    assert b"Helper 0" in client.get("/people/?q=valve&language=de&place=graz").content
    for nothing in ("q=boilers", "language=fr", "place=Rome"):
        assert b"Helper 0" not in client.get(f"/people/?{nothing}").content
    assert b"Fix &amp; Co" in client.get("/people/?kind=service&q=boiler").content
    assert client.get("/people/?after=nonsense").status_code == 404


def test_who_did_not_ask_to_be_listed_is_not(client: Client) -> None:
    listed(1)
    Willingness.objects.update(listed_to="nobody")
    assert b"Helper 0" not in client.get("/people/").content


def test_a_persons_page_tells_what_they_solved(
    client: Client, answer: Make, question: Make, helper: Member
) -> None:
    settle_entry(answer(question("Why does it leak?", "valves")).pk)
    page = client.get(f"/people/{helper.pk}/").content
    assert b"Why does it leak?" in page
    assert b"valves" in page
    assert b"Solved it" in page
    assert client.get("/people/99999/").status_code == 404


def test_one_chooses_to_be_asked_on_ones_own_page(client: Client, member: User) -> None:
    assert client.get("/people/me/").status_code == 404
    client.force_login(member)
    fields = {
        "wants_questions": "on",
        "listed_to": "members",
        "most_a_week": 2,
        "from_hour": 8,
        "to_hour": 20,
        "skills": "valves, lamps",
    }
    assert client.post("/people/me/", fields).status_code == 302
    saved = Willingness.objects.get()
    assert (saved.wants_questions, saved.listed_to, saved.skills) == (True, "members", ["valves", "lamps"])
    assert b"valves, lamps" in client.get("/people/me/").content
    assert client.post("/people/me/", {**fields, "to_hour": 30}).status_code == 200


def test_what_looks_arranged_is_shown_and_taken_back(
    for_lead: Client, answer: Make, asker: Member, helper: Member
) -> None:
    for _ in range(8):
        given = answer()
        settle_entry(given.pk)
    mine = answer()
    Vote.objects.create(entry=mine, member=helper, what=Vote.What.UP)
    page = for_lead.get("/desk/recognition/fairness/").content.decode()
    assert "Many in one day" in page
    assert "Voted for their own" in page
    rows = list(Contribution.objects.values_list("pk", flat=True))
    for_lead.post("/desk/recognition/fairness/taking-back/", {"row": rows, "because": "Farmed"})
    assert not Contribution.objects.standing().exists()
    assert for_lead.post("/desk/recognition/fairness/taking-back/", {"row": ["x"]}).status_code == 404


def test_a_listing_is_written_changed_and_removed(for_lead: Client) -> None:
    fields = {
        "kind": "partner",
        "name": "Pipes Ltd",
        "url": "https://pipes.example",
        "skills": "a, b",
        "languages": "en",
    }
    for_lead.post("/desk/recognition/directory/new/", fields)
    made = Listing.objects.get()
    assert (made.skills, made.languages) == (["a", "b"], ["en"])
    address = f"/desk/recognition/directory/{made.pk}/"
    for_lead.post(address, {**fields, "name": "Pipes & Co"})
    assert Listing.objects.get().name == "Pipes & Co"
    assert for_lead.post(address, {**fields, "url": "javascript:alert(1)"}).status_code == 200
    for_lead.post(f"{address}removal/")
    assert not Listing.objects.exists()
    assert for_lead.post(f"{address}removal/").status_code == 404
