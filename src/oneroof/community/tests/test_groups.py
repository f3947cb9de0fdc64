"""Groups: who makes, keeps, joins and leaves them."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.claims import add_claim_rule, admit_by_claims, remove_claim_rule
from oneroof.community.actions.groups import change_group, make_group
from oneroof.community.actions.hearing import hear, hear_group
from oneroof.community.actions.inviting import answer_invitation, invitation_for, invite, send_invitation
from oneroof.community.actions.joining import admit, ask_to_join, leave, let_in, put_out, set_keeper
from oneroof.community.actions.members import member_of
from oneroof.community.actions.telling import tell_followers
from oneroof.community.actions.writing import answer, ask
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Group, GroupInvitation, Member, Membership, Visibility
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_asking import at_once
from oneroof.core import clock
from oneroof.listening.models import Post
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def testers(agent: User) -> Group:
    """Listed, kept by Amir."""
    return make_group(agent, "Testers", visibility=Visibility.LISTED)


@pytest.fixture
def den(agent: User) -> Group:
    """Secret, kept by Amir."""
    return make_group(agent, "The den", visibility=Visibility.SECRET)


def belongs(who: User, group: Group) -> bool:
    return group in groups_of(who)


def groups_of(who: User) -> set[Group]:
    rows = Membership.objects.filter(member__user=who).exclude(state="asked").select_related("group")
    return {each.group for each in rows}


def test_moderators_make_groups_and_keep_them(agent: User, member: User) -> None:
    made = make_group(agent, " Kettle  testers ", visibility=Visibility.LISTED)
    assert (made.slug, made.name) == ("kettle-testers", "Kettle testers")
    assert make_group(agent, "Kettle testers").slug == "kettle-testers-2"
    assert made.memberships.get().state == "keeper"
    with pytest.raises(NotAllowed):
        make_group(member, "Mine")
    for name, visibility in (("", "public"), ("x", "open"), ("x" * 121, "public")):
        with pytest.raises(CommunityError):
            make_group(agent, name, visibility=visibility)


def test_the_name_of_a_secret_group_is_neither_in_its_address_nor_in_the_audit(den: Group) -> None:
    assert "den" not in den.slug
    assert not AuditEntry.objects.filter(on_name__contains="den").exists()


def test_who_asks_is_let_in_by_its_keepers_alone(
    testers: Group, member: User, agent: User, lead: User
) -> None:
    for _twice in range(2):
        asked = ask_to_join(member, testers.pk)
    assert Notice.objects.get(user=agent).title == "Mia Member asks to join Testers"
    for other in (member, lead):
        with pytest.raises((NotAllowed, Membership.DoesNotExist)):
            let_in(other, asked.pk)
    for _twice in range(2):
        let_in(agent, asked.pk)
    assert belongs(member, testers)
    assert Notice.objects.get(user=member).title == "You belong to Testers now"


def test_nobody_asks_into_a_secret_or_public_group(den: Group, kettles: Group, member: User) -> None:
    for group in (den, kettles):
        with pytest.raises(Group.DoesNotExist):
            ask_to_join(member, group.pk)


def test_the_last_keeper_names_another_before_leaving(testers: Group, agent: User, member: User) -> None:
    joined = admit(member_of(member), testers, by=agent)
    with pytest.raises(CommunityError):
        leave(agent, testers.pk)
    set_keeper(agent, joined.pk, keeps=True)
    leave(agent, testers.pk)
    assert not belongs(agent, testers)
    with pytest.raises(Membership.DoesNotExist):
        leave(agent, testers.pk)


def test_whoever_is_put_out_keeps_no_notice_of_what_was_written(
    den: Group, agent: User, member: User
) -> None:
    joined = admit(member_of(member), den, by=agent)
    asked = ask(member, "Which lamp?", "The red one?", group=den)
    said = answer(agent, asked.pk, "The green one.")
    tell_followers(said.pk)
    assert Notice.objects.filter(user=member, path__startswith="/q/").exists()
    put_out(agent, joined.pk)
    assert not Notice.objects.filter(user=member, path__startswith="/q/").exists()
    assert not Entry.objects.visible_to(member).exists()


def test_a_letter_lets_in_whom_it_was_sent_to(den: Group, agent: User, member: User, helper: User) -> None:
    invitation = invite(agent, den.pk, " Mia@customers.example ")
    assert invite(agent, den.pk, "mia@customers.example").pk == invitation.pk
    send_invitation.func(invitation.pk)
    assert mail.outbox[-1].to == ["mia@customers.example"]
    assert invitation.token in mail.outbox[-1].body
    with pytest.raises(GroupInvitation.DoesNotExist):
        answer_invitation(helper, invitation.token, joins=True)
    answer_invitation(member, invitation.token, joins=True)
    assert groups_of(member) == {den}
    with pytest.raises(GroupInvitation.DoesNotExist):
        answer_invitation(member, invitation.token, joins=True)
    for refused in ("nonsense", "a@b@c"):
        with pytest.raises(CommunityError):
            invite(agent, den.pk, refused)
    with pytest.raises(Group.DoesNotExist):
        invite(member_without(den), den.pk, "x@example.org")


def member_without(_group: Group) -> User:
    return User.objects.create_user("otto@customers.example", role="lead")


def test_a_letter_holds_for_two_weeks(den: Group, agent: User, member: User) -> None:
    invitation = invite(agent, den.pk, member.email)
    GroupInvitation.objects.update(expires_at=clock.now())
    with pytest.raises(GroupInvitation.DoesNotExist):
        invitation_for(member, invitation.token)


def test_claims_let_in_and_out_again(
    den: Group, testers: Group, agent: User, admin: User, member: User
) -> None:
    with pytest.raises(Group.DoesNotExist):
        add_claim_rule(admin, den.pk, "groups", "den")
    admit(member_of(admin), den, by=agent)
    rule = add_claim_rule(admin, den.pk, "groups", "den")
    add_claim_rule(admin, testers.pk, "department", "quality")
    with pytest.raises(NotAllowed):
        add_claim_rule(agent, testers.pk, "groups", "x")
    admit_by_claims(member, {"userinfo": {"groups": ["den", "x"]}, "department": "quality"})
    assert groups_of(member) == {den, testers}
    admit_by_claims(member, {"groups": ["den"]})
    assert groups_of(member) == {den}
    remove_claim_rule(admin, rule.pk)
    admit_by_claims(member, {"groups": ["den"]})
    assert groups_of(member) == set()


def test_who_was_let_in_by_a_keeper_stays_whatever_sign_on_says(
    testers: Group, agent: User, member: User
) -> None:
    admit(member_of(member), testers, by=agent)
    admit_by_claims(member, {})
    assert belongs(member, testers)


@pytest.mark.django_db(transaction=True)
def test_two_letters_at_once_are_one(agent: User) -> None:
    den = make_group(agent, "Den", visibility=Visibility.SECRET)
    at_once([lambda: invite(agent, den.pk, "x@example.org")] * 2)
    assert GroupInvitation.objects.count() == 1


def test_a_private_group_is_heard_where_it_says_so_and_taken_back_where_it_closes(
    den: Group, agent: User
) -> None:
    asked = ask(agent, "Which lamp?", "The zebra one?", group=den)
    hear(asked.pk)
    assert not Post.objects.exists()
    kept = {"name": den.name, "about": "", "language": "", "visibility": Visibility.SECRET}
    change_group(agent, den.pk, **kept, is_heard=True)
    hear_group(den.pk)
    assert "zebra" in Post.objects.get().text
    change_group(agent, den.pk, **kept, is_heard=False)
    hear_group(den.pk)
    gone = Post.objects.get()
    assert gone.gone_at is not None
    assert "zebra" not in gone.text


def test_the_pages_of_a_group(testers: Group, agent: User, member: User, signed_in: SignIn) -> None:
    keeper, outsider = signed_in(agent), signed_in(member)
    assert "Ask to join" in outsider.get("/g/testers/").content.decode()
    outsider.post("/g/testers/joining/")
    assert "You asked to join" in outsider.get("/g/testers/").content.decode()
    assert outsider.get("/g/testers/people/").status_code == 404
    asks = Membership.objects.get(state="asked")
    assert "Let in" in keeper.get("/g/testers/people/").content.decode()
    keeper.post(f"/g/testers/people/{asks.pk}/", {"deed": "let_in"})
    assert "Ask here" in outsider.get("/g/testers/").content.decode()
    keeper.post("/g/testers/invitations/", {"email": "nora@customers.example"})
    assert "nora@customers.example" in keeper.get("/g/testers/people/").content.decode()
    assert outsider.post("/g/testers/change/", {"name": "Ours"}).status_code == 404
    columns = {"name": "Ours", "visibility": "listed", "about": "", "language": ""}
    assert keeper.post("/g/testers/change/", columns).status_code == 302
    assert "Ours" in Client().get("/g/").content.decode()


def test_an_invitation_is_answered_by_its_page(
    den: Group, agent: User, member: User, signed_in: SignIn
) -> None:
    address = f"/g/invitations/{invite(agent, den.pk, member.email).token}/"
    assert "next=" in Client().get(address)["Location"]
    assert signed_in(agent).get(address).status_code == 404
    theirs = signed_in(member)
    assert "You are invited to The den" in theirs.get("/g/").content.decode()
    assert "The den" in theirs.get(address).content.decode()
    assert theirs.post(address, {"answer": "join"})["Location"] == f"/g/{den.slug}/"
    assert belongs(member, den)


def test_claim_rules_of_groups_that_one_does_not_know_are_only_counted(
    den: Group, testers: Group, agent: User, admin: User, signed_in: SignIn
) -> None:
    client = signed_in(admin)
    joined = admit(member_of(admin), den, by=agent)
    client.post("/desk/settings/claims/", {"claim": "groups", "value": "zebra", "group": den.slug})
    assert "zebra" in client.get("/desk/settings/claims/").content.decode()
    put_out(agent, joined.pk)
    page = client.get("/desk/settings/claims/").content.decode()
    assert "zebra" not in page
    assert "1 more rule" in page


@pytest.mark.parametrize("address", ["/g/", "/g/testers/", "/g/testers/people/"])
def test_lists_cost_the_same_at_every_size(
    testers: Group, agent: User, signed_in: SignIn, address: str
) -> None:
    client = signed_in(agent)
    costs = []
    for size in (1, 12):
        for number in range(size):
            make_group(agent, f"Group {size} {number}", visibility=Visibility.LISTED)
            ask(agent, f"Question {size} {number}", "Why?", group=testers)
            Membership.objects.create(
                group=testers, member=Member.objects.create(name="x"), state=Membership.State.MEMBER
            )
        with CaptureQueriesContext(connection) as taken:
            assert client.get(address).status_code == 200
        costs.append(len(taken))
    assert costs[0] == costs[1] <= 14
