"""Customers and purchases come from files, once each, and what they name is joined as surely as it can be."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.importing import Wanted, importers
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.bought import owned_by
from oneroof.customers.models import Customer, Identity, Link, LinkState, Person, Purchase
from oneroof.customers.queries import people_of_customers, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def stored(tmp_path: Path, kind: str, text: str, **mapping: str) -> Any:
    file = tmp_path / f"{kind}.csv"
    file.write_text(text)
    return importers()[kind](Wanted([file], "auto", None, mapping))


def counts(result: Any) -> tuple[int, int, int, int]:
    return result["read"], result["stored"], result["duplicates"], result["rejected"]


def met(network: str, handle: str) -> int:
    known = recognise_authors(network, [Author(handle, handle, "", None, None, clock.now())])
    return known[handle]


def test_customers_are_stored_once_and_renewed(tmp_path: Path) -> None:
    text = "number,name,email,handles\nK1,Ana,ana@town.example,mastodon:ana@town.social\nK2,Bo,nonsense,\n"
    assert counts(stored(tmp_path, "customers", text, external_id="number")) == (2, 1, 0, 1)
    assert counts(stored(tmp_path, "customers", text, external_id="number")) == (2, 0, 1, 1)
    changed = text.replace("ana@town.example", "ana@new.example")
    result = stored(tmp_path, "customers", changed, external_id="number")
    assert counts(result) == (2, 1, 0, 1)
    (row,) = [json.loads(line) for line in Path(result["rejected_file"]).read_text().splitlines()]
    assert (row["line"], "is not an address" in row["reason"]) == (3, True)
    customer = Customer.objects.get()
    assert set(customer.stated.values_list("handle", flat=True)) == {"ana@new.example", "ana@town.social"}


def test_a_customer_is_whoever_writes_from_their_handles(tmp_path: Path) -> None:
    identity = met("mastodon", "ana@town.social")
    stored(tmp_path, "customers", "external_id,name,handles\nK1,Ana García,mastodon:@Ana@town.social\n")
    later = Identity.objects.get(pk=identity)
    assert later.person.name == "Ana García"
    assert people_of_customers(["K1", "K9"]) == {"K1": later.person_id}


def test_purchases_know_customers_of_whom_nobody_told(tmp_path: Path) -> None:
    text = "customer,purchased_at,amount,product,version\n" + 2 * "K1,2026-01-05,9.90,Kettle,1\n"
    text += "K1,2026-03-01,19.90,Kettle,2\nK2,soon,1,,\nK2,2026-01-01,,,\n"
    assert counts(stored(tmp_path, "purchases", text)) == (5, 3, 0, 2)
    assert counts(stored(tmp_path, "purchases", text)) == (5, 0, 3, 2)
    assert Purchase.objects.count() == 3, "who bought twice on a day bought twice"
    (owned,) = owned_by(rows_of(people_of_customers(["K1"])["K1"]))
    assert (owned.product, owned.version) == ("Kettle", "2")


def test_an_address_that_two_share_joins_nobody_even_later(tmp_path: Path) -> None:
    stored(tmp_path, "customers", "external_id,name,email\nK1,Ana,home@family.example\n")
    assert Link.objects.get().state == LinkState.ACTIVE
    (tmp_path / "customers.csv").unlink()
    stored(tmp_path, "customers", "external_id,name,email\nK2,Bo,home@family.example\n")
    assert set(Link.objects.values_list("state", flat=True)) == {LinkState.PROPOSED}
    assert len(set(people_of_customers(["K1", "K2"]).values())) == 2


def test_automatic_links_are_right_where_the_truth_was_planted(tmp_path: Path) -> None:
    """800 people: shared addresses, role addresses, and one record in twenty that names a wrong handle."""
    dice = random.Random(4)
    lines, truth, home = ["external_id,name,email,handles"], {}, {}
    for person in range(800):
        handle = f"user{person}"
        truth[("mastodon", handle)] = {f"K{person}"}
        email, kind = f"p{person}@mail.example", dice.random()
        if kind < 0.1:
            email = home.setdefault(person // 8, f"family{person // 8}@mail.example")
        elif kind < 0.13:
            email = f"info@shop{person}.example"
        truth.setdefault(("email", email), set()).add(f"K{person}")
        named = f"user{dice.randrange(800)}" if dice.random() < 0.05 else handle
        lines.append(
            f"K{person},Person {person},{email},{f'mastodon:{named}' if dice.random() < 0.7 else ''}"
        )
    stored(tmp_path, "customers", "\n".join(lines))
    right = wrong = 0
    for link in Link.objects.filter(state=LinkState.ACTIVE).select_related("one", "other"):
        customer = Customer.objects.get(person__in=[link.one_id, link.other_id])
        identity = Identity.objects.get(born__in=[link.one_id, link.other_id])
        is_right = truth[(identity.network, identity.handle)] == {customer.external_id}
        right, wrong = right + is_right, wrong + (not is_right)
    assert right > 1_000
    assert right / (right + wrong) >= 0.99, (right, wrong)


def test_a_merge_is_opened_and_undone_on_the_page(
    client: Client, agent: User, volunteer: User, tmp_path: Path
) -> None:
    stored(tmp_path, "customers", "external_id,name,email,company\nK1,Ana García,ana@town.example,Tea & Co\n")
    stored(
        tmp_path, "purchases", "customer,purchased_at,amount,product,version\nK1,2026-01-05,9.90,Kettle,7b\n"
    )
    page = f"/desk/people/{people_of_customers(['K1'])['K1']}/"
    client.force_login(agent)
    html = client.get(page).text
    for told in ("The same e-mail address", "0.97", "By itself", "Tea &amp; Co", "Kettle", "7b", "9.90"):
        assert told in html
    link = Link.objects.get()
    assert client.post(f"/desk/people/links/{link.pk}/undoing/").status_code == 302
    assert "Undone" in client.get(page).text
    assert client.post(f"/desk/people/links/{link.pk}/acceptance/").status_code == 302
    merged = Person.objects.exclude(merged_into=None).get()
    assert client.get(f"/desk/people/{merged.pk}/")["Location"] == page
    assert client.post(f"/desk/people/links/{link.pk}/refusal/", follow=True).redirect_chain
    stranger = Identity.objects.get(pk=met("bluesky", "zed")).person_id
    for other, words in ((stranger, "Joined."), (stranger, "already"), (2**40, "nobody"), ("x", "number")):
        answer = client.post(f"{page}joining/", {"other": other, "why": "on the phone"}, follow=True)
        assert words in answer.text
    client.force_login(volunteer)
    html = client.get(page).text
    assert "Kettle" not in html
    assert "Undo" not in html


@pytest.mark.parametrize("size", [1, 30])
def test_a_persons_page_asks_the_same_of_few_and_many(
    client: Client, agent: User, tmp_path: Path, size: int, django_assert_max_num_queries: Any
) -> None:
    handles = ";".join(f"mastodon:h{n}" for n in range(size))
    stored(tmp_path, "customers", f'external_id,name,handles\nK1,Ana,"{handles}"\n')
    page = f"/desk/people/{people_of_customers(['K1'])['K1']}/"
    client.force_login(agent)
    client.get(page)
    with django_assert_max_num_queries(44):
        assert client.get(page).text.count('<details class="section"') == size
