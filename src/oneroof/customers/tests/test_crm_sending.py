"""What we know of people leaves for the CRM that knows them: signed, in order, tried again, and never back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.testing.web import LocalWeb, answer, local_web
from oneroof.core.webhooks import ReceiptRefusedError, verified_id
from oneroof.customers import flags
from oneroof.customers.actions.consenting import take_word
from oneroof.customers.actions.crm_looking import look_around
from oneroof.customers.actions.crm_sending import due_syncs, give_up_lost, send_due, tidy
from oneroof.customers.actions.crm_setting_up import Wanted, change_crm, try_again
from oneroof.customers.actions.erasing import erase_person
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.reaching import note_reach
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.crm.secrets import secrets_of
from oneroof.customers.events import PeopleRegrouped
from oneroof.customers.flags import Flag, register_flags
from oneroof.customers.models import CrmDispatch, CrmReceipt, CrmSync, Customer, DispatchState, Identity
from oneroof.customers.subscribers import on_regrouped
from oneroof.customers.tests.crm import connected, counts, pushed, record
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
ANA = {
    "name": "Ana García",
    "email": "ana@town.example",
    "handles": "mastodon:ana",
    "consent": {"surveys": True},
}


@pytest.fixture
def web(settings: Any) -> Iterator[LocalWeb]:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with local_web() as served:
        served.routes["/crm"] = answer(status=204)
        yield served


@pytest.fixture
def books(lead: User, web: LocalWeb) -> CrmSync:
    sync = connected(lead, address=web.url("/crm"))
    counts(pushed(sync, record("person", "C1", **ANA)))
    send_due(sync.pk)
    return sync


def told(web: LocalWeb) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in web.asked]


def ana() -> int:
    return Customer.objects.get(external_id="C1").person.whole_id


def met(handle: str) -> int:
    known = recognise_authors("reddit", [Author(handle, handle, "", None, None, clock.now())])
    return Identity.objects.get(pk=known[handle]).person_id


def states(sync: CrmSync) -> list[str]:
    return list(sync.dispatches.order_by("pk").values_list("state", flat=True))


def test_what_came_from_them_is_not_sent_back(books: CrmSync, web: LocalWeb) -> None:
    later = record("person", "C1", at="2026-01-06T10:00:00Z", **{**ANA, "name": "Ana G.", "company": "Tea"})
    pushed(books, later)
    on_regrouped(PeopleRegrouped([ana()]))
    send_due(books.pk)
    assert not web.asked
    assert not books.dispatches.exists()


def test_what_we_know_is_told_signed_and_once(books: CrmSync, web: LocalWeb, lead: User) -> None:
    note_reach(ana(), channel="phone", language="es")
    take_word(ana(), "news", is_given=True, source="on our page")
    join_people(lead, ana(), met("ana_writes"), "she said so")
    on_regrouped(PeopleRegrouped([ana()]))
    for _time in range(2):
        send_due(books.pk)
    (sent,) = told(web)
    assert sent["type"] == "person.changed"
    assert (sent["data"]["person"], sent["data"]["url"].endswith(f"/desk/people/{ana()}/")) == ("C1", True)
    assert sent["data"]["handles"] == [{"network": "reddit", "handle": "ana_writes"}]
    assert sent["data"]["reach"] == {"channel": "phone", "language": "es"}
    assert list(sent["data"]["consent"]) == ["news"]
    assert verified_id([secrets_of(books).ours], web.asked[0].headers, web.asked[0].body, now=clock.now())
    with pytest.raises(ReceiptRefusedError):
        verified_id([secrets_of(books).theirs], web.asked[0].headers, web.asked[0].body, now=clock.now())


def test_nothing_is_told_of_strangers_or_of_who_refused(books: CrmSync, web: LocalWeb) -> None:
    note_reach(met("somebody"), channel="phone")
    take_word(ana(), "synced", is_given=False, source="by letter")
    note_reach(ana(), channel="phone")
    send_due(books.pk)
    assert not web.asked


def test_flags_are_found_in_turns_and_told_when_they_change(
    books: CrmSync, web: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Flag] = [Flag("detractor", "Detractor", "3 of 10")]
    monkeypatch.setattr(flags, "_tellers", {})
    register_flags("surveys", Permission.KNOW_CUSTOMERS, lambda _rows, _ids: list(found))
    assert look_around() == 1
    send_due(books.pk)
    assert told(web)[0]["data"]["flags"] == [{"key": "detractor", "label": "Detractor", "reason": "3 of 10"}]
    found[:] = [Flag("detractor", "Detractor", "4 of 10")]
    assert look_around() == 0, "a figure that moves is no news"
    found.clear()
    assert look_around() == 1
    send_due(books.pk)
    assert told(web)[1]["data"]["flags"] == []


def test_a_crm_that_is_down_is_asked_ever_more_seldom_and_gets_the_newest(
    books: CrmSync, web: LocalWeb, lead: User
) -> None:
    web.routes["/crm"] = [answer(status=503), answer(status=500), answer(status=204)]
    start = clock.now()
    note_reach(ana(), channel="phone")
    for minute, channel in ((0, "phone"), (0.5, "letter"), (1.1, "email"), (2, "reddit"), (3.2, "reddit")):
        with clock.frozen_at(start + timedelta(minutes=minute)):
            note_reach(ana(), channel=channel)
            for sync_id in due_syncs():
                send_due(sync_id)
    ids = [each.headers["webhook-id"] for each in web.asked]
    assert [each["data"]["reach"]["channel"] for each in told(web)] == ["phone", "email", "reddit"]
    assert len(set(ids)) == 3, "what says something else has another number"
    books.refresh_from_db()
    assert (states(books), books.failures, books.failing_since) == (["sent"], 0, None)
    assert not Notice.objects.filter(user=lead).exists(), "two minutes are nobody's business"


def test_the_same_tried_again_has_the_same_number(books: CrmSync, web: LocalWeb) -> None:
    web.routes["/crm"] = [answer(status=500), answer(status=204)]
    note_reach(ana(), channel="phone")
    send_due(books.pk)
    with clock.frozen_at(clock.now() + timedelta(minutes=2)):
        send_due(books.pk)
    one, other = (each.headers["webhook-id"] for each in web.asked)
    assert one == other


def test_who_set_it_up_is_told_of_a_dead_target_and_it_is_given_up_after_three_days(
    books: CrmSync, web: LocalWeb, lead: User
) -> None:
    web.routes["/crm"] = answer(status=503)
    note_reach(ana(), channel="phone")
    start = clock.now()
    for hours in range(0, 80, 4):
        with clock.frozen_at(start + timedelta(hours=hours, minutes=hours)):
            send_due(books.pk)
    books.refresh_from_db()
    assert (books.is_on, states(books), "503" in books.failure) == (False, ["waiting"], True)
    notices = Notice.objects.filter(user=lead)
    assert {each.path for each in notices} == {f"/desk/settings/crm/{books.pk}/"}
    assert 3 <= notices.count() <= 5, "once a day"
    web.routes["/crm"] = answer(status=204)
    try_again(lead, books.pk)
    send_due(books.pk)
    assert states(books) == ["sent"]


@pytest.mark.parametrize(("status", "is_on"), [(401, True), (404, True), (410, False)])
def test_a_closed_door_is_told_at_once(
    books: CrmSync, web: LocalWeb, lead: User, status: int, is_on: bool
) -> None:
    web.routes["/crm"] = answer(status=status)
    note_reach(ana(), channel="phone")
    send_due(books.pk)
    books.refresh_from_db()
    assert (books.is_on, states(books)) == (is_on, ["waiting"])
    assert str(status) in Notice.objects.get(user=lead).body


def test_what_is_refused_is_set_aside_and_the_rest_goes_on(books: CrmSync, web: LocalWeb, lead: User) -> None:
    web.routes["/crm"] = [answer(status=422), answer(status=204)]
    pushed(books, record("person", "C2", name="Bo", email="bo@town.example"))
    note_reach(ana(), channel="phone")
    note_reach(Customer.objects.get(external_id="C2").person_id, channel="letter")
    send_due(books.pk)
    assert states(books) == ["failed", "sent"]
    assert Notice.objects.filter(user=lead).count() == 1
    try_again(lead, books.pk)
    send_due(books.pk)
    assert states(books) == ["sent", "sent"]


def test_what_was_being_sent_when_its_process_died_goes_again(books: CrmSync, web: LocalWeb) -> None:
    note_reach(ana(), channel="phone")
    long_ago = clock.now() - timedelta(minutes=20)
    CrmDispatch.objects.update(state=DispatchState.SENDING, changed_at=long_ago)
    note_reach(ana(), channel="letter")
    give_up_lost()
    assert states(books) == ["waiting"]
    send_due(books.pk)
    assert told(web)[0]["data"]["reach"]["channel"] == "letter"


def test_whom_we_erase_they_are_told_to_erase_and_nothing_of_them_stays(
    books: CrmSync, web: LocalWeb, lead: User
) -> None:
    note_reach(ana(), channel="phone")
    erase_person(lead, ana())
    send_due(books.pk)
    assert [(each["type"], each["data"]) for each in told(web)] == [("person.erased", {"person": "C1"})]
    assert CrmDispatch.objects.get().erased_id == ""
    assert counts(pushed(books, record("person", "C1", **ANA))) == (0, 0, 1, 0)


def test_nobody_answers_for_what_leaves_when_the_owner_may_not_any_more(
    books: CrmSync, web: LocalWeb, lead: User, teammate: User
) -> None:
    note_reach(ana(), channel="phone")
    User.objects.filter(pk=lead.pk).update(role="agent")
    send_due(books.pk)
    books.refresh_from_db()
    assert (web.asked, books.is_on, states(books)) == ([], False, ["waiting"])


def test_who_sends_it_elsewhere_answers_for_that(
    books: CrmSync, lead: User, django_user_model: type[User]
) -> None:
    other = django_user_model.objects.create_user("lea@company.example", role="lead")
    change_crm(other, books.pk, Wanted(name="Books", address="https://elsewhere.example/"))
    books.refresh_from_db()
    assert books.owner == other


def test_what_is_long_done_goes(books: CrmSync, web: LocalWeb) -> None:
    note_reach(ana(), channel="phone")
    send_due(books.pk)
    note_reach(ana(), channel="letter")
    with clock.frozen_at(clock.now() + timedelta(days=31)):
        tidy()
    assert (states(books), CrmReceipt.objects.count()) == (["waiting"], 0)
