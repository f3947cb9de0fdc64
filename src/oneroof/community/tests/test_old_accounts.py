"""An account that was brought along becomes its owner's: by a letter to its address, or by a lead's hand."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.community.actions.old_accounts import (
    ask_for_account,
    give_account,
    send_account_claim,
    take_account,
)
from oneroof.community.actions.voting import vote
from oneroof.community.errors import CommunityError
from oneroof.community.models import (
    AccountClaim,
    Entry,
    Follow,
    Group,
    ImportedBadge,
    Kind,
    Member,
    Revision,
    Vote,
)
from oneroof.community.queries.old_accounts import old_accounts

pytestmark = pytest.mark.django_db
OLD = "ann@old.example"


@pytest.fixture
def ann(kettles: Group) -> Member:
    """Brought along, with a question and what belongs to it."""
    member = Member.objects.create(
        name="Ann",
        claim_email=OLD,
        external_source="old",
        external_id="1",
        joined_at=timezone.now() - timedelta(900),
    )
    entry = Entry.objects.create(
        kind=Kind.QUESTION, group=kettles, title="Why?", body="It leaks.", author=member
    )
    Revision.objects.create(entry=entry, number=1, title="Why?", body="It leaks.", author=member)
    ImportedBadge.objects.create(
        member=member, name="Teacher", at=timezone.now(), external_source="old", external_id="1"
    )
    Follow.objects.create(member=member, entry=entry)
    return member


def letter_to(email: str, asker: User | None = None) -> str:
    """The address in the letter."""
    ask_for_account(asker, email)
    claim = AccountClaim.objects.latest("pk")
    send_account_claim(claim_id=claim.pk, language="en")
    sent: EmailMessage = mail.outbox[-1]
    assert sent.to == [email.lower()]
    return (
        next(line for line in str(sent.body).splitlines() if "/claim/" in line)
        .partition("/claim/")[2]
        .strip("/")
    )


def test_whoever_has_the_letterbox_has_the_account_with_all_of_it(ann: Member, client: Client) -> None:
    assert b"Claim your account" in client.get(f"/m/{ann.pk}").content
    client.post("/claim/", {"email": "Ann@Old.example"})
    token = letter_to(OLD)
    page = client.get(f"/claim/{token}/")
    assert b"Ann" in page.content
    assert not User.objects.filter(email=OLD).exists()  # opening it took nothing
    answer = client.post(f"/claim/{token}/")
    ann.refresh_from_db()
    assert answer["Location"] == f"/m/{ann.pk}"
    assert ann.user is not None
    assert (ann.user.email, ann.user.role, ann.user.name) == (OLD, Role.MEMBER, "Ann")
    assert client.get(f"/m/{ann.pk}").context["user"] == ann.user
    assert client.post(f"/claim/{token}/").status_code == 404  # once
    assert AuditEntry.objects.get(verb="member.given").actor == ann.user
    assert b"Claim your account" not in Client().get(f"/m/{ann.pk}").content


def test_who_is_signed_in_joins_it_with_their_own(ann: Member, member: User, kettles: Group) -> None:
    mine = Member.objects.create(user=member, name="Mia")
    entry = Entry.objects.get(author=ann)
    vote(member, entry.pk, Vote.What.UP)
    Follow.objects.create(member=mine, entry=entry)
    standings = apps.get_model("recognition", "Standing").objects
    standings.create(member=ann)
    standings.create(member=mine)
    assert take_account(letter_to(OLD, member), member) == member
    mine.refresh_from_db()
    ann.refresh_from_db()
    entry.refresh_from_db()
    assert (entry.author, entry.score, entry.votes.count()) == (mine, 0, 0)  # no vote for one's own
    assert (Revision.objects.get().author, ImportedBadge.objects.get().member) == (mine, mine)
    assert Follow.objects.get().member == mine
    assert (ann.merged_into, mine.joined_at) == (mine, ann.joined_at)
    assert standings.get().member == mine


def test_old_pages_lead_to_the_account_that_took_them(ann: Member, member: User, client: Client) -> None:
    take_account(letter_to(OLD, member), member)
    mine = Member.objects.create(user=User.objects.create_user("x@x.example"), name="X")
    ann.refresh_from_db()
    assert ann.user == member  # who had none takes the row itself
    ann.user, ann.merged_into = None, mine
    ann.save()
    assert client.get(f"/m/{ann.pk}")["Location"] == f"/m/{mine.pk}"


def test_nobody_learns_whether_an_address_is_known(ann: Member, client: Client) -> None:
    known = client.post("/claim/", {"email": OLD})
    unknown = client.post("/claim/", {"email": "eve@nowhere.example"})
    assert without(OLD, known.content) == without("eve@nowhere.example", unknown.content)
    claim = AccountClaim.objects.get(email="eve@nowhere.example")
    send_account_claim(claim_id=claim.pk, language="en")
    assert not mail.outbox
    assert not AccountClaim.objects.filter(pk=claim.pk).exists()


def without(email: str, page: bytes) -> str:
    return re.sub(r"[0-9A-Za-z]{64}", "", page.decode()).replace(email, "")


def test_letters_are_few(ann: Member, client: Client) -> None:
    for _ in range(5):
        ask_for_account(None, OLD)
    assert AccountClaim.objects.count() == 3
    answers = [client.post("/claim/", {"email": f"{n}@x.example"}).status_code for n in range(12)]
    assert (answers.count(200), answers.count(429)) == (10, 2)


def test_a_letter_is_for_whom_it_was_asked_and_for_a_day(ann: Member, member: User, helper: User) -> None:
    token = letter_to(OLD, member)
    for other in (None, helper):
        with pytest.raises(AccountClaim.DoesNotExist):
            take_account(token, other)
    AccountClaim.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(AccountClaim.DoesNotExist):
        take_account(token, member)
    with pytest.raises(AccountClaim.DoesNotExist):
        take_account("1:forged", member)
    assert not Member.objects.exclude(user=None).filter(pk=ann.pk).exists()


def test_a_second_letter_finds_nothing_left(ann: Member, client: Client) -> None:
    first, second = letter_to(OLD), letter_to(OLD)
    take_account(first, None)
    assert b"taken it already" in client.get(f"/claim/{second}/").content
    with pytest.raises(CommunityError, match="no account left"):
        take_account(second, None)


def test_who_was_shut_out_does_not_come_in_by_it(ann: Member) -> None:
    User.objects.create_user(OLD, is_active=False)
    with pytest.raises(CommunityError):
        take_account(letter_to(OLD), None)


def test_a_lead_gives_it_by_hand(ann: Member, member: User, lead: User, agent: User) -> None:
    with pytest.raises(NotAllowed):
        give_account(agent, ann.pk, member.email)
    with pytest.raises(CommunityError, match="Invite them first"):
        give_account(lead, ann.pk, "nobody@here.example")
    give_account(lead, ann.pk, member.email)
    ann.refresh_from_db()
    assert ann.user == member
    done = AuditEntry.objects.get(verb="member.given")
    assert (done.actor, done.on_name) == (lead, "Ann")
    with pytest.raises(Member.DoesNotExist):
        give_account(lead, ann.pk, member.email)  # once


def test_the_list_of_old_accounts_is_found_in_and_asks_little(
    ann: Member, lead: User, client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client.force_login(lead)
    client.get("/desk/settings/old-accounts/")
    for n in range(60):
        Member.objects.create(name=f"Member {n}", external_source="old", external_id=f"m{n}")
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        page = client.get("/desk/settings/old-accounts/")
    assert (len(page.context["page"].rows), bool(page.context["page"].next)) == (50, True)
    assert [each.name for each in old_accounts("old.example").rows] == ["Ann"]
    assert client.get("/desk/settings/old-accounts/?text=nobody").status_code == 200
