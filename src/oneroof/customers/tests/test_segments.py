"""People are found by what is known of them, saved under a name, and taken as a file that runs no formula."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock
from oneroof.customers.actions.consenting import note_consent
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.origin import note_touch
from oneroof.customers.actions.segmenting import (
    SegmentError,
    export_segment,
    remove_segment,
    save_segment,
)
from oneroof.customers.models import Customer, Person, Purchase, Segment
from oneroof.customers.segments import people_who, segment_page
from oneroof.customers.tests.test_people import met

pytestmark = pytest.mark.django_db


def buys(person: Person, product: str, days: int) -> None:
    books, _new = Customer.objects.get_or_create(person=person, external_id=f"K{person.pk}")
    at = clock.now() - timedelta(days=days)
    Purchase.objects.create(
        customer=books, purchased_at=at, amount=9, product=product, digest=f"{person.pk}{product}{days}"
    )


def found(**asked: str) -> set[str]:
    return {each.name for each in people_who(asked)}


def test_each_criterion_finds_its_people(agent: User) -> None:
    ana, ben, cleo = met("ana", "ben", "cleo")
    buys(ana, "Ripple", 5)
    buys(ben, "Ripple", 400)
    buys(cleo, "Kettle", 400)
    note_touch(agent, cleo.pk, "search")
    note_consent(agent, ana.pk, "news", is_given=True, source="card")
    assert found(owns="Ripple") == {"ana", "ben"}
    assert found(owns="Ripple", bought="1") == {"ana"}
    assert found(silent="12") == {"ben", "cleo"}
    assert found(way="search") == {"cleo"}
    assert found(may="news") == {"ana"}
    assert found(may="surveys") == {"ana", "ben", "cleo"}
    assert found(language="en") == {"ana", "ben", "cleo"}
    assert found(nonsense="x") == set()


def test_one_human_is_found_once_by_any_of_their_rows(agent: User) -> None:
    ana, anna = met("ana", "anna")
    buys(ana, "Ripple", 400)
    buys(anna, "Kettle", 5)
    join_people(agent, ana.pk, anna.pk, "")
    assert found(owns="Ripple") == found(owns="Kettle") == found(owns="Ripple", bought="1")
    assert len(found(owns="Ripple")) == 1
    assert found(silent="12") == set()


def test_saved_taken_and_refused(agent: User, lead: User, volunteer: User) -> None:
    (ana,) = met("ana", name="=cmd()")
    buys(ana, "Ripple", 5)
    segment = save_segment(agent, "Ripple owners", {"owns": "Ripple"})
    for name, asked in (("Ripple owners", {"owns": "x"}), (" ", {"owns": "x"}), ("New", {})):
        with pytest.raises(SegmentError):
            save_segment(agent, name, asked)
    lines = "".join(export_segment(lead, segment.asked))
    assert '"\'=cmd()"' in lines
    assert "files:ana" in lines
    for act in (
        lambda: save_segment(volunteer, "x", {"owns": "x"}),
        lambda: remove_segment(volunteer, segment.pk),
        lambda: export_segment(volunteer, {"owns": "x"}),
    ):
        with pytest.raises(NotAllowed):
            act()
    remove_segment(agent, segment.pk)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {
        "segment.saved",
        "people.exported",
        "segment.removed",
    }


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_finds_saves_and_asks_the_same_of_few_and_many(
    client: Client, lead: User, volunteer: User, size: int, django_assert_max_num_queries: Any
) -> None:
    for person in met(*(f"h{number}" for number in range(size))):
        buys(person, "Ripple", 5)
    page = "/desk/people/segments/"
    client.force_login(lead)
    assert "Choose what is true" in client.get(page).text
    with django_assert_max_num_queries(16):
        assert client.get(f"{page}?owns=Ripple").text.count("data-row") == size
    client.post(f"{page}save/", {"owns": "Ripple", "name": "Ripple owners"})
    client.post(f"{page}save/", {"owns": "Ripple", "name": "Ripple owners"})
    assert "Ripple owners" in client.get(page).text
    assert client.post(f"{page}export/", {"owns": "Ripple"}).getvalue().count(b"\n") == size + 1
    assert client.post(f"{page}export/", {"owns": "pigeons"}).status_code == 404
    client.post(f"{page}{Segment.objects.get().pk}/removal/")
    assert not Segment.objects.exists()
    assert client.get(f"{page}?owns=Ripple&after=rubbish").status_code == 404
    client.force_login(volunteer)
    assert client.get(page).status_code == 404


def test_pages_follow_one_another() -> None:
    for person in met(*(f"h{number}" for number in range(5))):
        buys(person, "Ripple", 5)
    first = segment_page({"owns": "Ripple"}, limit=2)
    rest = segment_page({"owns": "Ripple"}, first.next, limit=9)
    assert len({each.pk for each in (*first.rows, *rest.rows)}) == 5
