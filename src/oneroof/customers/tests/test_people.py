"""People are found by name and handle, and each has a timeline from every package."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.pagination import CursorError
from oneroof.customers import timeline as telling
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.models import Customer, Identity, Person, Purchase
from oneroof.customers.queries import found, people_page
from oneroof.customers.timeline import Entry, register_timeline, timeline
from oneroof.text.tokens import fold_handle

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def met(*handles: str, network: str = "files", name: str = "") -> list[Person]:
    authors = [Author(h, fold_handle(h), name, 12, "en", START) for h in handles]
    known = recognise_authors(network, authors)
    return [Person.objects.get(identities=known[fold_handle(h)]) for h in handles]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ana", ["Ana García"]),
        ("garc", ["Ana García"]),
        ("ana ga", ["Ana García"]),
        ("@TEA", ["Björn"]),
        ("tea_lo", ["Björn"]),
        ("' | !& :*", []),
        ("nobody", []),
        ("", ["Björn", "Ana García"]),
    ],
)
def test_beginnings_of_names_and_handles_find(text: str, names: list[str]) -> None:
    met("ana.g", name="Ana García")
    met("Tea_Lover", name="Björn")
    assert [person.name for person in people_page(text).rows] == names


def test_the_search_has_an_index_for_each_of_its_halves() -> None:
    people = Person.objects.bulk_create(Person(name=f"Nobody {number}") for number in range(3_000))
    Identity.objects.bulk_create(
        Identity(
            person=each, born=each, network="mastodon", handle=f"n{each.pk}", handle_folded=f"n{each.pk}"
        )
        for each in people
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_person, customers_identity")
        plan = found(f"n{people[7].pk}").explain()
    assert "customers_person_words" in plan
    assert "customers_identity_handle" in plan


def test_pages_follow_one_another_without_gaps() -> None:
    people = met(*(f"h{number}" for number in range(7)))
    first = people_page(limit=3)
    rest = people_page(cursor=first.next, limit=10)
    assert [each.pk for each in (*first.rows, *rest.rows)] == sorted((p.pk for p in people), reverse=True)


class TestTimeline:
    @pytest.fixture(autouse=True)
    def _own_tellers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(telling, "_tellers", {})

    def tell(self, key: str, permission: str, minutes: list[int]) -> None:
        def teller(ids: Any, until: datetime, limit: int) -> list[Entry]:
            every = [
                Entry(f"{key}:{n:020}", START + timedelta(minutes=minute), "mail", f"{key}{n}")
                for n, minute in enumerate(minutes)
            ]
            told = sorted((e for e in every if e.at <= until), key=lambda e: (e.at, e.key), reverse=True)
            return told[:limit]

        register_timeline(key, key, permission, teller)

    def test_tellers_are_merged_newest_first_across_pages(self, agent: User) -> None:
        self.tell("a", "hear", [1, 5, 5, 9])
        self.tell("b", "hear", [5, 7])
        seen, cursor = [], None
        for _page in range(6):
            page = timeline(agent, [], cursor=cursor, limit=2)
            seen += [entry.title for entry in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert seen == ["a3", "b1", "b0", "a2", "a1", "a0"]

    def test_what_one_may_not_read_is_not_told(self, agent: User, member: User) -> None:
        self.tell("a", "hear", [1])
        self.tell("secret", "manage_users", [2])
        assert [entry.title for entry in timeline(agent, []).rows] == ["a0"]
        assert timeline(agent, [], only="secret").rows == []
        assert timeline(member, []).rows == []

    @pytest.mark.parametrize("cursor", ["WzEsMl0", "WyJub29uIiwiYSJd", "WyIyMDI2LTAxLTAxIiwiYSJd", "%%"])
    def test_a_cursor_of_another_list_is_refused(self, agent: User, cursor: str) -> None:
        with pytest.raises(CursorError):
            timeline(agent, [], cursor=cursor)


def test_the_pages_show_what_people_wrote_as_text(client: Client, agent: User) -> None:
    (person,) = met("eve", name="<script>alert(1)</script>")
    client.force_login(agent)
    for address in ("/desk/people/", f"/desk/people/{person.pk}/", "/desk/people/?text=eve"):
        html = client.get(address).text
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html
    assert "Nobody found" in client.get("/desk/people/?text=zzz").text
    assert client.get("/desk/people/?after=rubbish").status_code == 404
    assert client.get(f"/desk/people/{person.pk}/?after=rubbish").status_code == 404
    assert client.get("/desk/people/999999999/").status_code == 404


@pytest.mark.parametrize("who", ["member", None])
def test_people_are_not_there_for_outsiders(
    client: Client, who: str | None, request: pytest.FixtureRequest
) -> None:
    (person,) = met("ana.g")
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get("/desk/people/").status_code == 404
    assert client.get(f"/desk/people/{person.pk}/").status_code == 404


@pytest.mark.parametrize("size", [2, 40])
def test_the_list_asks_the_same_of_few_and_many(
    client: Client, agent: User, size: int, django_assert_max_num_queries: Any
) -> None:
    met(*(f"h{number}" for number in range(size)))
    client.force_login(agent)
    client.get("/desk/people/")
    with django_assert_max_num_queries(10):
        assert client.get("/desk/people/").text.count("data-row") >= size


class TestApi:
    @pytest.fixture
    def get(self, client: Client, agent: User) -> Any:
        header = f"Bearer {create_token(agent, agent.email)}"
        return lambda path: client.get(f"/api/v1{path}", headers={"Authorization": header})

    def test_a_handle_finds_its_person_on_each_network(self, get: Any) -> None:
        met("Tea_Lover")
        met("tea_lover", network="rss")
        met("tea_lover2")
        assert len(get("/people?handle=@TEA_lover").json()["items"]) == 2
        (one,) = get("/people?handle=tea_lover&network=rss").json()["items"]
        assert one["identities"][0]["network"] == "rss"
        assert get(f"/people/{one['id']}").json() == one

    def test_lists_go_on_by_cursor(self, get: Any) -> None:
        met("a", "b", "c")
        first = get("/people?limit=2").json()
        rest = get(f"/people?limit=2&cursor={first['next']}").json()
        assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)

    def test_what_is_not_there_is_a_problem(self, get: Any, client: Client, member: User) -> None:
        assert get("/people/123456").status_code == 404
        assert get("/people?cursor=rubbish").status_code == 422
        assert client.get("/api/v1/people").status_code == 401
        header = f"Bearer {create_token(member, member.email)}"
        answer = client.get("/api/v1/people", headers={"Authorization": header})
        assert answer.status_code == 404
        assert answer["Content-Type"].startswith("application/problem+json")


def test_an_identity_belongs_to_one_person() -> None:
    (person,) = met("ana.g")
    met("Ana.G")
    assert list(Identity.objects.values_list("person_id", flat=True)) == [person.pk]


def test_a_persons_page_asks_the_same_however_long_their_life(client: Client, lead: User) -> None:
    """Five of what it asks are of the bars around it."""
    asked = []
    client.force_login(lead)
    for name, size in (("short", 1), ("long", 40)):
        (person,) = met(name)
        record = Customer.objects.create(person=person, external_id=name)
        Purchase.objects.bulk_create(
            Purchase(
                customer=record, purchased_at=clock.now(), amount=3, product="Kettle", digest=f"{name}{each}"
            )
            for each in range(size)
        )
        client.get(f"/desk/people/{person.pk}/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/desk/people/{person.pk}/").text.count("data-row") == size
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 32, asked
