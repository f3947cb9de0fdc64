"""A round honours what was done; it asks nothing, ends, and can't be gamed by volume."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community.models import Entry, Member, Membership
from oneroof.core import clock
from oneroof.notify.models import Notice
from oneroof.recognition.actions import mvp
from oneroof.recognition.actions.ledger import settle_entry
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Award, Round
from oneroof.recognition.queries.mvp import candidates, current_awards

pytestmark = pytest.mark.django_db
type Make = Callable[..., Entry]


@pytest.fixture
def mia(member: User) -> Member:
    return Member.objects.create(user=member, name="Mia Member")


@pytest.fixture
def round_(lead: User, mia: Member, answer: Make) -> Round:
    settle_entry(answer(author=mia, at=clock.ago(days=30)).pk)
    return mvp.open_round(lead, name="2026", perks="A mug")


def test_candidates_come_from_the_past_twelve_months_alone(
    round_: Round, answer: Make, helper: Member, mia: Member
) -> None:
    settle_entry(answer(author=helper, at=clock.ago(days=400)).pk)
    found = candidates(round_)
    assert [(each.member, each.people_helped) for each in found] == [(mia, 1)]


def test_votes_alone_make_nobody_a_candidate(
    lead: User, answer: Make, asker: Member, vote: Callable[..., object]
) -> None:
    given = answer(accepted=False)
    vote(given, asker)
    settle_entry(given.pk)
    assert candidates(mvp.open_round(lead, name="x")) == []


def test_a_round_from_choice_to_end(round_: Round, lead: User, mia: Member) -> None:
    for citation in ("For valves", "For all those valves"):
        mvp.choose_mvp(lead, round_.pk, mia.pk, citation=citation)
    assert current_awards() == []
    mvp.announce_round(lead, round_.pk)
    assert [award.citation for award in current_awards()] == ["For all those valves"]
    group = Round.objects.get().group
    assert Membership.objects.filter(group=group, member=mia, state="member").exists()
    assert Notice.objects.filter(user=mia.user, kind="mvp").count() == 1
    assert mvp.end_awards() == 0
    with clock.frozen_at(clock.now() + timedelta(days=366)):
        assert current_awards() == []
        assert [mvp.end_awards(), mvp.end_awards()] == [1, 0]
    assert not Membership.objects.filter(member=mia).exists()


def test_an_announced_round_stands(round_: Round, lead: User, mia: Member) -> None:
    with pytest.raises(RecognitionError):
        mvp.announce_round(lead, round_.pk)
    award = mvp.choose_mvp(lead, round_.pk, mia.pk, citation="For valves")
    mvp.announce_round(lead, round_.pk)
    for act in (
        lambda: mvp.announce_round(lead, round_.pk),
        lambda: mvp.choose_mvp(lead, round_.pk, mia.pk, citation="More"),
        lambda: mvp.unchoose_mvp(lead, award.pk),
    ):
        with pytest.raises(RecognitionError):
            act()


def test_a_choice_is_taken_back_and_needs_a_ledger_and_words(
    round_: Round, lead: User, mia: Member, helper: Member
) -> None:
    with pytest.raises(RecognitionError):
        mvp.choose_mvp(lead, round_.pk, helper.pk, citation="A friend of mine")
    with pytest.raises(RecognitionError):
        mvp.choose_mvp(lead, round_.pk, mia.pk, citation=" ")
    award = mvp.choose_mvp(lead, round_.pk, mia.pk, citation="For valves")
    mvp.unchoose_mvp(lead, award.pk)
    assert not Award.objects.exists()


def test_nobody_but_a_lead_steers_a_round(round_: Round, agent: User, member: User, mia: Member) -> None:
    for actor in (agent, member):
        for act in (
            lambda actor=actor: mvp.open_round(actor, name="Mine"),
            lambda actor=actor: mvp.choose_mvp(actor, round_.pk, mia.pk, citation="Me"),
            lambda actor=actor: mvp.announce_round(actor, round_.pk),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_name_serves_one_round(round_: Round, lead: User) -> None:
    with pytest.raises(RecognitionError):
        mvp.open_round(lead, name="2026")


def test_the_letter_is_a_pdf_for_whom_it_honours_and_for_leads(
    round_: Round, lead: User, agent: User, member: User, mia: Member, client: Client
) -> None:
    award = mvp.choose_mvp(lead, round_.pk, mia.pk, citation="For valves – und für Geduld")
    address = f"/mvp/{award.pk}/letter/"
    client.force_login(lead)
    assert client.get(address).status_code == 409
    mvp.announce_round(lead, round_.pk)
    for actor, status in ((lead, 200), (member, 200), (agent, 404)):
        client.force_login(actor)
        assert client.get(address).status_code == status
    client.force_login(member)
    assert client.get(address).content.startswith(b"%PDF-")
