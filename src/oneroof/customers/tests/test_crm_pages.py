"""A lead connects a CRM, sees what came and went, and mends it; nobody else does."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.customers.actions import crm_setting_up as acting
from oneroof.customers.actions.crm_setting_up import CrmError, Wanted
from oneroof.customers.crm.secrets import secrets_of
from oneroof.customers.models import CrmSync
from oneroof.customers.tests.crm import connected, pushed, record

pytestmark = pytest.mark.django_db
FORM = {"name": "Our HubSpot", "dialect": "hubspot", "address": "https://crm.example/in", "sends": ["flags"]}


def page(name: str, *args: object) -> str:
    return reverse(f"customers:{name}", args=args)


def test_a_lead_connects_a_crm_and_sees_its_secrets_once(client: Client, lead: User) -> None:
    client.force_login(lead)
    assert "No CRM yet" in client.get(page("crm")).content.decode()
    shown = client.post(page("crm_add"), {**FORM, "mapping": "person.language = properties.tongue\n"})
    sync = CrmSync.objects.get()
    secrets = secrets_of(sync)
    for word in (secrets.theirs, secrets.ours, f"/api/v1/crm/{sync.pk}/inbox"):
        assert word in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    one = client.get(page("crm_one", sync.pk)).content.decode()
    assert "properties.tongue" in one
    assert "properties.lastname" in one
    assert secrets.theirs not in one
    assert secrets.ours not in one
    assert "Our HubSpot" in client.get(page("crm")).content.decode()


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"name": ""}, "required"),
        ({"dialect": "sap"}, "valid choice"),
        ({"sends": ["secrets"]}, "valid choice"),
        ({"mapping": "person.language"}, "equals sign"),
        ({"mapping": "person.shoe_size = Size__c"}, "no field that is taken"),
        ({"address": "crm"}, "valid URL"),
    ],
)
def test_what_cannot_be_is_told(client: Client, lead: User, changed: dict[str, object], word: str) -> None:
    client.force_login(lead)
    assert word in client.post(page("crm_add"), {**FORM, **changed}).content.decode()
    assert not CrmSync.objects.exists()


def test_it_is_changed_switched_off_and_on_renewed_and_removed(client: Client, lead: User) -> None:
    sync = connected(lead)
    before = secrets_of(sync)
    client.force_login(lead)
    client.post(page("crm_change", sync.pk), {**FORM, "name": "Theirs"})
    sync.refresh_from_db()
    assert (sync.name, sync.dialect, sync.sends) == ("Theirs", "own", ["flags"])
    client.post(page("crm_off", sync.pk))
    assert pushed(sync)[0] == 404
    client.post(page("crm_again", sync.pk))
    assert pushed(sync)[0] == 200
    assert "shown this once" in client.post(page("crm_secrets", sync.pk)).content.decode()
    assert pushed(sync, secret=before.theirs)[0] == 401
    client.post(page("crm_removal", sync.pk))
    assert not CrmSync.objects.exists()
    verbs = AuditEntry.objects.filter(verb__startswith="crm.").values_list("verb", flat=True)
    assert {"crm.set_up", "crm.changed", "crm.switched_off", "crm.tried_again", "crm.removed"} <= set(verbs)


def test_its_page_tells_what_came_and_what_could_not_be_read(client: Client, lead: User) -> None:
    sync = connected(lead, address="https://crm.example/in")
    pushed(sync, record("person", "C1", name="Ana"), record("person", "C2", at="soon"))
    client.force_login(lead)
    shown = client.get(page("crm_one", sync.pk)).content.decode()
    assert "“soon” is not a date" in shown


def test_two_of_one_name_cannot_be_and_nobody_else_acts(lead: User, agent: User) -> None:
    sync = connected(lead)
    with pytest.raises(CrmError, match="this name"):
        connected(lead)
    for act in (acting.renew_secrets, acting.try_again, acting.switch_crm_off, acting.remove_crm):
        with pytest.raises(NotAllowed):
            act(agent, sync.pk)
    with pytest.raises(NotAllowed):
        acting.set_up_crm(agent, Wanted(name="Mine"))
    with pytest.raises(NotAllowed):
        acting.change_crm(agent, sync.pk, Wanted(name="Mine"))


def test_lists_ask_the_same_however_much_there_is(client: Client, lead: User) -> None:
    client.force_login(lead)
    asked = []
    for number in range(3):
        sync = connected(lead, name=f"Books {number}", address="https://crm.example/in")
        pushed(sync, *[record("person", f"C{number}-{each}", name="Ana") for each in range(4 * number)])
        client.get(page("crm"))
        with CaptureQueriesContext(connection) as captured:
            client.get(page("crm"))
            client.get(page("crm_one", sync.pk))
        asked.append(len(captured))
    assert asked[1] == asked[2]
