"""An erased person is nowhere: planted in every room, then every row of every table is looked through for them."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client

from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.care.tests.conftest import said
from oneroof.care.tests.test_erasing import traces
from oneroof.community.actions.attaching import attach
from oneroof.community.actions.drafting import keep_draft
from oneroof.community.actions.editing import edit
from oneroof.community.actions.groups import make_group
from oneroof.community.actions.hearing import hear
from oneroof.community.actions.indexing import index_missing
from oneroof.community.actions.joining import ask_to_join, let_in
from oneroof.community.actions.members import member_of
from oneroof.community.actions.reporting import report
from oneroof.community.actions.sanctions import sanction
from oneroof.community.actions.seeking import count_sought
from oneroof.community.actions.talks import send_message
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.models import Entry, Group, Member, Passage, Sought, Translation
from oneroof.community.rules.naming import mention
from oneroof.core import clock
from oneroof.customers.actions.erasing import erase_person, export_person
from oneroof.customers.models import Customer, Identity, Person
from oneroof.experience.actions.answering import answer_survey
from oneroof.experience.actions.asking import invite, save_survey
from oneroof.experience.models import SurveyAnswer
from oneroof.experience.tests.test_asking import ASKED
from oneroof.insight.models import Burst, Contact, Example, Reason
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.watches import create_watch
from oneroof.listening.board import Board
from oneroof.listening.models import Source, Watch
from oneroof.recognition.actions.claiming import claim_listing
from oneroof.recognition.actions.directory import write_listing
from oneroof.recognition.actions.ledger import settle_all
from oneroof.recognition.actions.mvp import choose_mvp, open_round
from oneroof.recognition.actions.routing import say_what_i_want

pytestmark = pytest.mark.django_db
NAME, MAIL, WORD = "Zuleika Quill", "zq7@canary.example", "qzorvex"
"""The word is its own stem in every language, so a search vector that keeps it is found out."""
CANARIES = (NAME, MAIL, WORD)


@pytest.fixture
def hers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> User:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))
    user = User.objects.create_user(MAIL, name=NAME, role=Role.MEMBER)
    EmailAddress.objects.create(user=user, email=MAIL, verified=True, primary=True)
    Member.objects.create(user=user, name=NAME, about=WORD, place=WORD, trust=3)
    return user


@pytest.fixture
def other(db: None) -> User:
    hugo = User.objects.create_user("hugo@customers.example", name="Hugo", role=Role.MEMBER)
    Member.objects.create(user=hugo, name="Hugo", trust=4)
    return hugo


@pytest.fixture
def person(hers: User, other: User, lead: User, agent: User, form: Source) -> int:
    """She spoke to us, asked and answered, was answered, mentioned, honoured, warned, asked and surveyed."""
    kettles = Group.objects.create(slug="kettles", name="Kettles")
    asked = ask(hers, f"It hums {WORD}", f"All night, {WORD}.", group=kettles)
    _she_is_answered(hers, other, asked)
    _she_helps_and_is_honoured(hers, other, lead, kettles)
    _she_joins_and_is_warned(hers, lead, agent)
    count_sought(hers, f"hums {WORD}", "asked", visitor="v", entry_id=asked.pk)
    index_missing()
    hear(asked.pk)
    (known,) = Identity.objects.filter(network="community")
    Customer.objects.create(person_id=known.person_id, external_id="KX-7001", name=NAME, email=MAIL.upper())
    receive_posts(form, [said("z2", f"Ask {MAIL}", author="cleo")])
    _what_insight_keeps(known)
    _she_answers_a_survey(lead, known.person)
    create_watch(lead, name="Her", query=f'"{MAIL}"')
    return known.person_id


def _she_is_answered(hers: User, other: User, asked: Entry) -> None:
    named = mention(NAME, member_of(hers).pk)
    answered = answer(other, asked.pk, f"{named}: put it on a cloth, or write to {MAIL}.")
    edit(
        other,
        answered.pk,
        body=f"Thanks{named}: put it on two cloths, or write to {MAIL}.",
        why=f"for {MAIL}",
    )
    Translation.objects.create(entry=answered, revision=1, lang="de", body=f"{named}, zwei.", service="deepl")
    comment(hers, answered.pk, f"Thanks, {WORD}")
    keep_draft(other, "ask", {"title": f"What {MAIL} said", "body": named})
    keep_draft(hers, "ask", {"title": WORD})
    send_message(hers, member_of(other).pk, f"Hello {WORD}")
    send_message(other, member_of(hers).pk, f"Hello {NAME}")
    report(other, asked.pk, "spam", f"{NAME} does that often")


def _she_helps_and_is_honoured(hers: User, other: User, lead: User, kettles: Group) -> None:
    file = attach(hers, f"{WORD}.txt", f"My notes: {WORD}".encode())
    helped = ask(other, "Does it whistle?", "Mine does not.", group=kettles)
    given = answer(hers, helped.pk, f"It does, {WORD}. [notes]({file.get_absolute_url()})")
    vote(other, given.pk, "up")
    settle_all()
    say_what_i_want(
        hers, wants_questions=True, most_a_week=3, from_hour=8, to_hour=21, listed_to="everybody",
        skills=[WORD], languages=["en"], place=WORD, about=WORD,
    )  # fmt: skip
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        chosen = open_round(lead, name="2026", perks="")
    choose_mvp(lead, chosen.pk, member_of(hers).pk, citation=f"For {WORD}")
    listing = write_listing(lead, kind="partner", name="Kesselkunst", place="Wien", email="x@kessel.example")
    claim_listing(hers, listing.pk, note=f"I am {NAME}")


def _she_joins_and_is_warned(hers: User, lead: User, agent: User) -> None:
    room = make_group(lead, "Testers", about="", visibility="listed")
    let_in(lead, ask_to_join(hers, room.pk).pk)
    sanction(agent, member_of(hers).pk, "warning", reason=f"Not {WORD}")


def _what_insight_keeps(known: Identity) -> None:
    told = {"channel": "phone", "opened_at": clock.now()}
    mine = Contact.objects.create(external_id="1", text=WORD, identity=known, **told)
    others = Contact.objects.create(external_id="2", text=f"Sent by {MAIL}", **told)
    reason = Reason.objects.create(name="Noise")
    for each in (mine, others):
        Example.objects.create(key=f"contact {each.pk}", text=each.text, vector=b"meaning", reason=reason)
    Burst.objects.create(stream="all", began_at=clock.now(), minutes=5, count=9, usual=1, words=[MAIL])


def _she_answers_a_survey(lead: User, who: Person) -> None:
    asked = invite(save_survey(lead, None, ASKED), "answer 1", person=None, email=MAIL, delay_hours=0)
    assert asked
    answer_survey(asked.pk, 2, f"Never again, {WORD}", origin="word")


def test_an_erased_person_is_in_no_row_of_any_room(person: int, lead: User) -> None:
    before = {canary: set(traces(canary)) for canary in CANARIES}
    assert len(before[WORD]) > 15, before
    assert {"notify_notice", "accounts_auditentry", "community_translation"} <= before[NAME], before
    assert {"community_passage", "community_revision", "insight_example", "listening_watch"} <= before[MAIL]
    erase_person(lead, person)
    assert {canary: traces(canary) for canary in CANARIES if traces(canary)} == {}


def test_what_others_wrote_stays_and_is_found_without_them(person: int, lead: User) -> None:
    erase_person(lead, person)
    said = Entry.objects.get(kind="answer", author__name="Hugo")
    assert said.body == "Thanks…: put it on two cloths, or write to …."
    (passage,) = Passage.objects.filter(entry=said)
    assert (passage.text, passage.embedding) == (said.body, None)
    assert Translation.objects.get(entry=said).body == "…, zwei."
    assert Sought.objects.get().outcome == Sought.Outcome.ASKED, "deflection is counted as before"
    assert SurveyAnswer.objects.get().score == 2
    assert Contact.objects.filter(channel="survey", text="").count() == 1


def test_a_watch_for_them_looks_for_nobody_and_all_others_go_on(person: int, lead: User) -> None:
    for query in (f"@{MAIL} kettle", f'"ask {MAIL} now" OR tea', f"from:{MAIL}"):
        create_watch(lead, name="Hers", query=query)
    create_watch(lead, name="Others", query="teapot")
    erase_person(lead, person)
    board = Board()
    assert len(board.refresh()) == Watch.objects.live().count() == 5
    assert not Watch.objects.filter(query__contains="…").exists()


def test_a_colleagues_account_stays(person: int, hers: User, lead: User) -> None:
    User.objects.filter(pk=hers.pk).update(role=Role.VOLUNTEER)
    erase_person(lead, person)
    assert User.objects.get(pk=hers.pk).email == MAIL


def test_a_members_account_goes_and_they_are_signed_in_no_more(person: int, hers: User, lead: User) -> None:
    client = Client()
    client.force_login(hers, backend="django.contrib.auth.backends.ModelBackend")
    with zipfile.ZipFile(io.BytesIO(export_person(lead, person))) as archive:
        (account,) = [row for row in json.loads(archive.read("people.json")) if row["kind"] == "account"]
    assert (account["email"], account["name"], "password" in account) == (MAIL, NAME, False)
    erase_person(lead, person)
    assert not User.objects.filter(pk=hers.pk).exists()
    assert not Session.objects.exists()
    assert not AuditEntry.objects.filter(actor_name=NAME).exists()
