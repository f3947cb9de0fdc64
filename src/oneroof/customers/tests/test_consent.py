"""What people said we may do is kept with its source, and asked before anything is sent."""

from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock
from oneroof.customers.actions.consenting import ConsentError, note_consent, take_word
from oneroof.customers.actions.erasing import erase_person
from oneroof.customers.actions.linking import join_people, undo_link
from oneroof.customers.consent import may_we, words_of
from oneroof.customers.models import Consent
from oneroof.customers.own import holder_of, own_rows
from oneroof.customers.tests.test_people import met

pytestmark = pytest.mark.django_db


def test_what_holds_unasked_differs_by_purpose_and_the_latest_word_counts(agent: User) -> None:
    (ana,) = met("ana")
    assert may_we("surveys", [ana.pk]) == {ana.pk}
    assert may_we("news", [ana.pk]) == set()
    note_consent(agent, ana.pk, "surveys", is_given=False, source="on the phone")
    earlier = clock.now() - timedelta(days=9)
    note_consent(agent, ana.pk, "surveys", is_given=True, source="a form found later", at=earlier)
    take_word(ana.pk, "news", is_given=True, source="their own settings")
    assert may_we("surveys", [ana.pk]) == set()
    assert may_we("news", [ana.pk]) == {ana.pk}
    assert AuditEntry.objects.filter(verb="person.consent_noted").count() == 2
    with pytest.raises(KeyError):
        may_we("nonsense", [ana.pk])


def test_a_word_counts_for_all_rows_of_one_human_and_goes_with_its_row(agent: User) -> None:
    ana, anna, ben = met("ana", "anna", "ben")
    note_consent(agent, ana.pk, "surveys", is_given=False, source="on the phone")
    link = join_people(agent, ana.pk, anna.pk, "said so")
    assert may_we("surveys", [ana.pk, anna.pk, ben.pk]) == {ben.pk}
    undo_link(agent, link.pk)
    assert may_we("surveys", [ana.pk, anna.pk, ben.pk]) == {anna.pk, ben.pk}


def test_nonsense_and_who_may_not_are_refused(agent: User, volunteer: User, member: User) -> None:
    (ana,) = met("ana")
    for who in (volunteer, member):
        with pytest.raises(NotAllowed):
            note_consent(who, ana.pk, "news", is_given=True, source="x")
    for purpose, source, at in (
        ("pigeons", "x", None),
        ("news", "  ", None),
        ("news", "x", clock.now() + timedelta(days=1)),
    ):
        with pytest.raises(ConsentError):
            note_consent(agent, ana.pk, purpose, is_given=True, source=source, at=at)
    assert not Consent.objects.exists()


def test_the_page_shows_and_takes_it(client: Client, agent: User, volunteer: User) -> None:
    (ana,) = met("ana")
    page = f"/desk/people/{ana.pk}/"
    client.force_login(agent)
    assert "Not asked yet." in client.get(page).text
    said = {"purpose": "news", "answer": "yes", "source": "card at the fair", "day": "2026-03-01"}
    client.post(f"{page}consent/", said)
    assert "card at the fair" in client.get(page).text
    assert Consent.objects.get().at.date().isoformat() == "2026-03-01"
    answer = client.post(f"{page}consent/", {"purpose": "news"}, follow=True)
    assert "how you know" in answer.text
    assert client.post("/desk/people/9999999/consent/", said).status_code == 404
    client.force_login(volunteer)
    assert client.post(f"{page}consent/", said).status_code == 404


def test_it_is_in_the_archive_and_goes_with_the_person(agent: User, lead: User) -> None:
    (ana,) = met("ana")
    note_consent(agent, ana.pk, "news", is_given=True, source="card")
    assert [row["source"] for row in own_rows(holder_of(ana.pk)) if row["kind"] == "consent"] == ["card"]
    assert {word.purpose.key: word.may for word in words_of([ana.pk])}["news"]
    erase_person(lead, ana.pk)
    assert not Consent.objects.exists()
