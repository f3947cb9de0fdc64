"""Departments are added and renamed by whoever steers."""

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.actions.departments import (
    add_department,
    remove_department,
    rename_department,
)
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.models import AuditEntry, Department, User

pytestmark = pytest.mark.django_db


def test_a_lead_adds_a_department_once(lead: User) -> None:
    made = add_department(lead, "  Field   service ")
    assert (made.name, made.slug) == ("Field service", "field-service")
    with pytest.raises(AccountError, match="already"):
        add_department(lead, "FIELD service")
    assert AuditEntry.objects.get().after == {"name": "Field service"}


def test_names_of_every_script_get_a_slug_of_their_own(lead: User) -> None:
    slugs = [add_department(lead, name).slug for name in ("サポート", "品質", "Field!", "Field?")]
    assert slugs == ["department", "department-2", "field", "field-2"]


def test_renaming_keeps_the_slug_and_tells_both_names(lead: User) -> None:
    legal = Department.objects.get(slug="legal")
    rename_department(lead, legal.pk, "Law")
    rename_department(lead, legal.pk, "Law")
    legal.refresh_from_db()
    assert (legal.name, legal.slug) == ("Law", "legal")
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"name": "Legal"}, {"name": "Law"})


@pytest.mark.parametrize("outsider", ["member", "volunteer", "agent"])
def test_nobody_else_may(outsider: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(outsider)
    with pytest.raises(NotAllowed):
        add_department(person, "Cellar")
    with pytest.raises(NotAllowed):
        rename_department(person, Department.objects.get(slug="legal").pk, "Law")
    assert not AuditEntry.objects.exists()


def test_the_page_adds_renames_and_says_what_is_wrong(client: Client, lead: User) -> None:
    client.force_login(lead)
    assert client.post("/desk/settings/departments/", {"name": "Field"}).status_code == 302
    assert "already" in client.post("/desk/settings/departments/", {"name": "field"}).text
    address = f"/desk/settings/departments/{Department.objects.get(slug='field').pk}/"
    assert client.post(address, {"name": "Service"}, follow=True).redirect_chain
    assert "Service" in client.get("/desk/settings/departments/").text


@pytest.mark.parametrize(("who", "leads_to"), [("agent", "profile"), ("admin", "profile")])
def test_settings_begin_with_ones_own(
    client: Client, who: str, leads_to: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/desk/settings/")["Location"] == f"/desk/settings/{leads_to}/"


def test_the_list_asks_the_same_of_few_and_many(
    client: Client, lead: User, django_assert_max_num_queries: object
) -> None:
    client.force_login(lead)
    for size in (5, 40):
        for number in range(size):
            Department.objects.create(slug=f"d{size}-{number}", name=f"D {size} {number}")
        with django_assert_max_num_queries(7):
            assert client.get("/desk/settings/departments/").status_code == 200


def test_only_an_unused_one_is_removed(lead: User, agent: User, client: Client) -> None:
    room, used = add_department(lead, "Field"), add_department(lead, "Used")
    agent.departments.add(used)
    with pytest.raises(NotAllowed):
        remove_department(agent, room.pk)
    with pytest.raises(AccountError, match="belong to it"):
        remove_department(lead, used.pk)
    client.force_login(lead)
    assert "cannot be removed" in client.get(f"/desk/settings/departments/{used.pk}/").text
    page = f"/desk/settings/departments/{room.pk}/"
    assert f"{page}removal/" in client.get(page).text
    assert [client.post(f"{page}removal/").status_code for _time in range(2)] == [302, 404]
    assert not Department.objects.filter(pk=room.pk).exists()
    assert AuditEntry.objects.filter(verb="department.removed").count() == 1


def test_they_stand_in_order(lead: User, client: Client) -> None:
    for name in ("Zebra", "Aardvark"):
        add_department(lead, name)
    client.force_login(lead)
    names = [each.name for each in client.get("/desk/settings/departments/").context["departments"]]
    assert names == sorted(names)
