"""Members write to one another, follow, block and report; other departments are asked for a word."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.accounts.policies import Role
from oneroof.community.actions.counsel import ask_counsel, say_counsel
from oneroof.community.actions.following import follow
from oneroof.community.actions.members import member_of
from oneroof.community.actions.sanctions import sanction
from oneroof.community.actions.talks import (
    block,
    decide_message,
    mark_read,
    report_message,
    send_message,
    unblock,
)
from oneroof.community.errors import CommunityError
from oneroof.community.models import Counsel, Entry, Follow, Group, Member, Message, Talk, Visibility
from oneroof.community.rules.talking import NEW_TALKS_A_DAY
from oneroof.community.tests.conftest import SignIn, members
from oneroof.community.tests.test_asking import at_once
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
WORD = "quagga"


@pytest.fixture
def mia(member: User) -> Member:
    return member_of(member)


@pytest.fixture
def hugo(helper: User) -> Member:
    return member_of(helper)


@pytest.fixture
def legal(lead: User) -> Department:
    room, _is_new = Department.objects.get_or_create(slug="legal", defaults={"name": "Legal"})
    lead.departments.add(room)
    return room


def test_two_write_and_nobody_else_reads(
    member: User, helper: User, admin: User, mia: Member, hugo: Member, signed_in: SignIn
) -> None:
    sent = send_message(member, hugo.pk, f"Do you have a {WORD}?")
    assert send_message(helper, mia.pk, "No.").talk == sent.talk
    assert Notice.objects.get(user=helper, kind="community_message").path == f"/talks/{sent.talk_id}/"
    assert WORD in signed_in(helper).get(f"/talks/{sent.talk_id}/").content.decode()
    assert signed_in(admin).get(f"/talks/{sent.talk_id}/").status_code == 404
    assert WORD not in signed_in(admin).get("/desk/moderation/messages/").content.decode()
    assert mark_read(helper, sent.talk_id) == 1
    with pytest.raises(Talk.DoesNotExist):
        mark_read(admin, sent.talk_id)


def test_what_can_not_be_sent(member: User, mia: Member, hugo: Member, agent: User) -> None:
    for whom, body in ((mia.pk, "To myself"), (hugo.pk, " "), (hugo.pk, "https://example.com")):
        with pytest.raises(CommunityError):
            send_message(member, whom, body)
    with pytest.raises(Member.DoesNotExist):
        send_message(member, Member.objects.create(name="Brought along").pk, "Hello?")
    sanction(agent, mia.pk, "silence", "Hush.", days=1)
    with pytest.raises(CommunityError, match="Hush"):
        send_message(member, hugo.pk, "Hello?")
    assert not Message.objects.exists()


def test_who_is_new_writes_to_a_few_new_people_a_day(member: User) -> None:
    people = [member_of(each).pk for each in members(NEW_TALKS_A_DAY[0] + 1)]
    for each in people[:-1]:
        send_message(member, each, "Hello!")
    with pytest.raises(CommunityError, match="tomorrow"):
        send_message(member, people[-1], "Hello!")
    send_message(member, people[0], "Hello again!")


def test_a_block_holds_both_ways_and_ends_following(
    member: User, helper: User, mia: Member, hugo: Member
) -> None:
    follow(helper, mia)
    for _twice in range(2):
        block(member, hugo.pk)
    assert not Follow.objects.filter(whom=mia).exists()
    for who, whom in ((member, hugo), (helper, mia)):
        with pytest.raises(CommunityError):
            send_message(who, whom.pk, "Hello?")
    with pytest.raises(CommunityError):
        block(member, mia.pk)
    unblock(member, hugo.pk)
    assert send_message(helper, mia.pk, "Friends?")


def test_only_what_was_reported_is_read_by_moderators(
    member: User, helper: User, agent: User, hugo: Member, signed_in: SignIn
) -> None:
    rude, other = (send_message(member, hugo.pk, body) for body in (f"You {WORD}!", "And a secret."))
    for who in (member, agent):
        with pytest.raises(Message.DoesNotExist):
            report_message(who, rude.pk, "offensive")
    for _twice in range(2):
        made = report_message(helper, rude.pk, "offensive")
    desk = signed_in(agent)
    page = desk.get("/desk/moderation/messages/").content.decode()
    assert WORD in page
    assert other.body not in page
    with pytest.raises(NotAllowed):
        decide_message(member, made.pk, upheld=True)
    desk.post(f"/desk/moderation/messages/{made.pk}/", {"decision": "remove"})
    assert WORD not in signed_in(helper).get(f"/talks/{rude.talk_id}/").content.decode()
    assert not AuditEntry.objects.filter(on_name__contains=WORD).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_write_first_at_once_have_one_talk() -> None:
    one, two = (User.objects.create_user(f"{n}@x.example", role=Role.MEMBER) for n in "ab")
    first, second = member_of(one), member_of(two)
    at_once([lambda: send_message(one, second.pk, "Hi"), lambda: send_message(two, first.pk, "Hi")])
    assert (Talk.objects.count(), Message.objects.count()) == (1, 2)


def test_talks_by_their_pages(
    member: User, helper: User, hugo: Member, mia: Member, signed_in: SignIn
) -> None:
    client = signed_in(member)
    assert "Write to them" in client.get(f"/m/{hugo.pk}").content.decode()
    assert client.post(f"/m/{hugo.pk}/message/", {"body": ""}).status_code == 422
    place = client.post(f"/m/{hugo.pk}/message/", {"body": "Hello Hugo"})["Location"]
    other = signed_in(helper)
    assert "1 new message" in other.get("/talks/").content.decode()
    assert other.post(f"{place}reading/").status_code == 204
    assert "new message" not in other.get("/talks/").content.decode()
    other.post(place, {"body": "Hello Mia"})
    assert "Hello Mia" in client.get(place).content.decode()
    client.post(f"/m/{hugo.pk}/follow/")
    assert "Hugo Helps" in client.get("/talks/").content.decode().partition("People I follow")[2]
    client.post(f"/m/{hugo.pk}/block/")
    assert "Unblock" in client.get(f"/m/{hugo.pk}").content.decode()
    costs = []
    for size in (2, 9):
        for number in range(size):
            send_message(helper, member_of(User.objects.create_user(f"{size}-{number}@x.example")).pk, "Hi")
        with CaptureQueriesContext(connection) as taken:
            other.get("/talks/")
        costs.append(len(taken))
    assert costs[0] == costs[1]


def test_legal_says_a_word_that_the_public_never_sees(
    answered: Entry,
    agent: User,
    lead: User,
    legal: Department,
    member: User,
    volunteer: User,
    signed_in: SignIn,
) -> None:
    made = ask_counsel(agent, answered.pk, "legal", f"May we say {WORD}?")
    assert Notice.objects.get(user=lead).path == f"/desk/counsel/{made.pk}/"
    say_counsel(lead, made.pk, f"Never say {WORD}.", is_done=True)
    assert Notice.objects.filter(user=agent, kind="community_counsel").exists()
    assert WORD in signed_in(agent).get(f"/desk/counsel/{made.pk}/").content.decode()
    page = answered.get_absolute_url()
    for who in (member, agent):
        assert WORD not in signed_in(who).get(page).content.decode()
    for who in (member, volunteer):
        assert signed_in(who).get(f"/desk/counsel/{made.pk}/").status_code == 404
    assert WORD not in signed_in(volunteer).get("/desk/counsel/").content.decode()
    with pytest.raises(Counsel.DoesNotExist):
        say_counsel(volunteer, made.pk, "Me too.")
    with pytest.raises(NotAllowed):
        ask_counsel(volunteer, answered.pk, "legal", "May I?")


def test_nobody_is_asked_of_what_they_may_not_read(
    answered: Entry, agent: User, lead: User, legal: Department, signed_in: SignIn
) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    with pytest.raises(Entry.DoesNotExist):
        ask_counsel(agent, answered.pk, "legal", "May we?")
    Group.objects.update(visibility=Visibility.PUBLIC)
    made = ask_counsel(agent, answered.pk, "legal", "May we?")
    Group.objects.update(visibility=Visibility.SECRET)
    assert signed_in(lead).get(f"/desk/counsel/{made.pk}/").status_code == 404


def test_counsel_by_its_pages(
    answered: Entry, agent: User, lead: User, legal: Department, signed_in: SignIn
) -> None:
    desk = signed_in(agent)
    assert "Legal" in desk.get(f"/desk/counsel/new/{answered.pk}/").content.decode()
    assert (
        desk.post(f"/desk/counsel/new/{answered.pk}/", {"department": "x", "question": "?"}).status_code
        == 422
    )
    desk.post(f"/desk/counsel/new/{answered.pk}/", {"department": "legal", "question": "May we?"})
    asked = signed_in(lead)
    assert "May we?" in asked.get("/desk/counsel/").content.decode()
    place = f"/desk/counsel/{Counsel.objects.get().pk}/"
    asked.post(place, {"body": "You may.", "done": "1"})
    assert "You may." in desk.get(place).content.decode()
    assert Counsel.objects.get().done_at
