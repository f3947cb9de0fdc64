"""Order in the house: reports, holds, sanctions, rules, limits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.actions.rules import accept_rules, publish_rules
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.accounts.queries import current_rules
from oneroof.community import filters
from oneroof.community.actions.deciding import hold, release, remove
from oneroof.community.actions.editing import edit
from oneroof.community.actions.hearing import hear
from oneroof.community.actions.reporting import report
from oneroof.community.actions.sanctions import appeal, decide_appeal, lift, sanction
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import answer, ask
from oneroof.community.errors import CommunityError, RulesNotAcceptedError
from oneroof.community.models import Entry, FilterState, Group, Hold, Member, Report, Sanction
from oneroof.community.queries.finding import find
from oneroof.community.queries.moderation import waiting, waiting_one
from oneroof.community.rules.trust import LIMITS, Doubt, again_at, is_blatant, links_out, whys_held
from oneroof.community.tests.conftest import SignIn, members
from oneroof.core import clock
from oneroof.listening.models import Post
from oneroof.notify.models import Notice
from oneroof.text.spam import Filter

pytestmark = pytest.mark.django_db
COMMUNITY = "community"


@pytest.fixture(autouse=True)
def _filters_that_know_nothing() -> Iterator[None]:
    filters.forget()
    yield
    filters.forget()


def taught(count: int) -> None:
    """What a house knows after so many decisions of each kind."""
    learner = Filter()
    for number in range(count):
        learner.learn(f"Win a free prize now, claim cash {number}", unwanted=True)
        learner.learn(f"The seal of my kettle drips since {number} days", unwanted=False)
    FilterState.objects.create(about="spam", state=learner.to_bytes(), version=1)
    filters.forget()


@pytest.fixture
def held(answered: Entry, agent: User) -> Entry:
    """Hugo's answer, held back by Amir."""
    return hold(agent, answered.pk)


def test_a_member_reports_once_and_nobody_their_own(answered: Entry, member: User, helper: User) -> None:
    for _twice in range(2):
        report(member, answered.pk, "spam", "Buys kettles")
    assert Report.objects.get().note == "Buys kettles"
    for who, reason in ((helper, "spam"), (member, "boredom")):
        with pytest.raises(CommunityError):
            report(who, answered.pk, reason)
    with pytest.raises(Entry.DoesNotExist):
        report(member, 0, "spam")


def test_several_reports_hold_it_until_somebody_has_looked(answered: Entry, agent: User) -> None:
    people = members(4)
    for each in people[:3]:
        Member.objects.create(user=each, name="M", trust=1)
        report(each, answered.pk, "offensive")
    answered.refresh_from_db()
    assert answered.held_at
    release(agent, answered.pk)
    assert set(Report.objects.values_list("outcome", flat=True)) == {"dismissed"}
    Member.objects.create(user=people[3], name="M", trust=1)
    report(people[3], answered.pk, "offensive")
    answered.refresh_from_db()
    assert answered.held_at is None


def test_what_is_held_is_nowhere_and_comes_back_by_one_press(
    held: Entry, agent: User, member: User, helper: User, question: Entry
) -> None:
    hear(held.pk)
    question.refresh_from_db()
    assert question.answers == 0
    assert not Entry.objects.visible_to(member).filter(pk=held.pk).exists()
    assert Entry.objects.visible_to(helper).filter(pk=held.pk).exists()
    assert not Post.objects.exists()
    for _twice in range(2):
        release(agent, held.pk)
    question.refresh_from_db()
    assert question.answers == 1
    assert Hold.objects.get().outcome == "released"
    assert Notice.objects.filter(user=helper, title__contains="stands now").count() == 1


def test_what_is_removed_is_told_with_its_reason_and_its_reporters_were_right(
    answered: Entry, agent: User, member: User, helper: User
) -> None:
    report(member, answered.pk, "dangerous")
    for _twice in range(2):
        remove(agent, answered.pk, "dangerous")
    assert Report.objects.get().outcome == "upheld"
    assert "Dangerous" in Notice.objects.get(user=helper, title__contains="taken away").body
    assert list(waiting(agent)) == []
    with pytest.raises(CommunityError):
        remove(agent, answered.pk, "mood")


def test_only_moderators_decide(answered: Entry, member: User, volunteer: User) -> None:
    for who in (member, volunteer):
        for act in (hold, release, lambda actor, pk: remove(actor, pk, "spam")):
            with pytest.raises(NotAllowed):
                act(who, answered.pk)


def test_links_of_the_new_are_held_also_when_they_come_by_an_edit(kettles: Group, member: User) -> None:
    asked = ask(member, "Is this it?", "See [this](https://example.com/x)", group=kettles)
    assert asked.held_at
    assert Hold.objects.get().whys == ["link"]
    assert find("Is this it", reader=None) == []
    clean = ask(member, "And this?", "Nothing to see.", group=kettles)
    assert clean.held_at is None
    edit(member, clean.pk, title=clean.title, body="Now https://example.com")
    clean.refresh_from_db()
    assert clean.held_at
    Member.objects.update(trust=1)
    assert ask(member, "Third", "https://example.com", group=kettles).held_at is None


def test_a_group_may_hold_first_words(kettles: Group, member: User, agent: User) -> None:
    Group.objects.update(holds_first=True)
    kettles.refresh_from_db()
    first = ask(member, "Hello?", "Is anybody here?", group=kettles)
    assert first.held_at
    release(agent, first.pk)
    assert ask(member, "Hello again?", "I see you are.", group=kettles).held_at is None
    assert ask(agent, "By us", "Welcome.", group=kettles).held_at is None


def test_the_filter_learns_from_decisions_and_proposes(kettles: Group, agent: User, member: User) -> None:
    taught(25)
    spam = ask(member, "Claim your cash prize", "Win a free prize now!", group=kettles)
    assert spam.held_at
    assert spam.deleted_at is None
    found = waiting_one(agent, spam.pk)
    assert found.chance
    assert found.chance > 0.85
    assert "prize" in found.because
    assert ask(member, "My kettle drips", "The seal of it, since two days.", group=kettles).held_at is None
    before = filters.judged("Cash prize!")[0][0].chance
    release(agent, spam.pk)
    filters.forget()
    assert filters.judged("Cash prize!")[0][0].chance < before


def test_the_blatant_is_put_aside_and_can_be_brought_back(kettles: Group, agent: User, member: User) -> None:
    taught(200)
    spam = ask(member, "Win a free prize now", "claim cash, win a free prize now", group=kettles)
    assert spam.deleted_at
    assert list(waiting(agent)) == []
    release(agent, spam.pk)
    spam.refresh_from_db()
    assert (spam.deleted_at, spam.held_at) == (None, None)


def test_whoever_writes_too_much_is_told_when_to_try_again(kettles: Group, member: User) -> None:
    for number in range(LIMITS[0][0]):
        ask(member, f"Question {number}", "Why?", group=kettles)
    with pytest.raises(CommunityError, match="You can write again from"):
        ask(member, "One more", "Why?", group=kettles)
    with clock.frozen_at(clock.now() + timedelta(hours=2)):
        ask(member, "Later", "Why?", group=kettles)
    Member.objects.update(trust=4)
    ask(member, "Trusted", "Why?", group=kettles)


def test_limits_fall_as_trust_grows() -> None:
    now = clock.now()
    written = [now - timedelta(minutes=each) for each in range(45)]
    assert again_at(0, written, now) == written[19] + timedelta(hours=1)
    assert again_at(1, written, now) == written[39] + timedelta(hours=1)
    assert again_at(2, written, now) is None
    assert again_at(0, [now - timedelta(hours=2)] * 60, now) == now + timedelta(hours=22)


def test_what_is_held_by_its_text() -> None:
    sure = [Doubt("spam", 0.999, 300)]
    assert whys_held(0, has_link=True, is_first=True, holds_first=True, doubts=sure) == [
        "new",
        "link",
        "spam",
    ]
    assert whys_held(2, has_link=True, is_first=True, holds_first=True, doubts=sure) == []
    assert (
        whys_held(0, has_link=False, is_first=True, holds_first=False, doubts=[Doubt("spam", 0.999, 5)]) == []
    )
    assert (is_blatant(0, sure), is_blatant(1, sure), is_blatant(0, [Doubt("spam", 0.999, 50)])) == (
        True,
        False,
        False,
    )
    assert links_out("see www.example.com", "https://a.example")
    assert links_out("[x](//evil.example)", "https://a.example")
    assert not links_out("see https://a.example/q/1", "https://a.example")


def test_silence_and_ban_end_and_are_appealed(
    question: Entry, member: User, agent: User, lead: User, admin: User
) -> None:
    mia = question.author
    assert mia
    said = sanction(agent, mia.pk, "silence", "Cool down, please.", days=1)
    for write in (lambda: ask(member, "x", "y"), lambda: edit(member, question.pk, title="x", body="y")):
        with pytest.raises(CommunityError, match="Cool down"):
            write()
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        ask(member, "Back", "Here I am.", group=question.group)
    with pytest.raises(Sanction.DoesNotExist):
        appeal(admin, said.pk, "I?")
    appeal(member, said.pk, "I was calm.")
    with pytest.raises(CommunityError):
        appeal(member, said.pk, "Again.")
    decide_appeal(lead, said.pk, granted=True, answer="True.")
    with pytest.raises(CommunityError):
        decide_appeal(lead, said.pk, granted=True, answer="True.")
    ask(member, "Free", "Again.", group=question.group)
    verbs = set(AuditEntry.objects.filter(on_kind="community.sanction").values_list("verb", flat=True))
    assert verbs == {"sanction.silence", "sanction.appealed", "sanction.appeal_granted", "sanction.lifted"}


def test_leads_ban_and_who_banned_does_not_decide_alone(
    answered: Entry, member: User, agent: User, lead: User, admin: User
) -> None:
    mia = Member.objects.get(user=member)
    with pytest.raises(NotAllowed):
        sanction(agent, mia.pk, "ban", "Out.")
    said = sanction(lead, mia.pk, "ban", "Out.")
    with pytest.raises(CommunityError, match=r"Out\."):
        vote(member, answered.pk, "up")
    appeal(member, said.pk, "Please.")
    with pytest.raises(NotAllowed):
        decide_appeal(lead, said.pk, granted=False, answer="No.")
    decide_appeal(admin, said.pk, granted=False, answer="Not yet.")
    with pytest.raises(NotAllowed):
        lift(agent, said.pk)
    lift(lead, said.pk)
    vote(member, answered.pk, "up")


def test_a_warning_forbids_nothing_and_staff_is_spoken_to_otherwise(
    question: Entry, member: User, agent: User, teammate: User
) -> None:
    sanction(agent, Member.objects.get(user=member).pk, "warning", "Mind your words.")
    ask(member, "Still here", "Yes.", group=question.group)
    answer(teammate, question.pk, "Hm.")
    for kind, reason, days in (("silence", "", 1), ("mood", "x", 1), ("silence", "x", 99_999)):
        with pytest.raises(CommunityError):
            sanction(agent, Member.objects.get(user=member).pk, kind, reason, days=days)
    with pytest.raises(CommunityError):
        sanction(agent, Member.objects.get(user=teammate).pk, "warning", "x")


def test_each_version_of_the_rules_is_accepted_before_one_writes(
    kettles: Group, member: User, agent: User, lead: User, signed_in: SignIn
) -> None:
    publish_rules(lead, "Speak **kindly** for us.")
    assert ask(member, "First", "Nothing is asked yet.", group=kettles)
    publish_rules(lead, "Be kind.", COMMUNITY)
    with pytest.raises(RulesNotAcceptedError):
        ask(member, "Second", "Why?", group=kettles)
    client = signed_in(member)
    sent = client.post("/q/ask/", {"title": "Zwei", "body": "Why?", "group": "kettles", "seen": "1"})
    assert sent["Location"] == "/rules/?next=/q/ask/"
    assert "Be kind." in client.get(sent["Location"]).content.decode()
    assert client.post("/rules/community/1/acceptance/", {"next": "/q/ask/"})["Location"] == "/q/ask/"
    assert "Zwei" in client.get("/q/ask/").content.decode()
    assert ask(member, "Third", "Accepted.", group=kettles)
    publish_rules(lead, "Be kind and short.", COMMUNITY)
    with pytest.raises(RulesNotAcceptedError):
        ask(member, "Fourth", "Why?", group=kettles)
    accept_rules(member, 2, COMMUNITY)
    current = current_rules()
    assert current
    assert current.text == "Speak **kindly** for us."
    assert ask(agent, "Ours", "Staff is asked elsewhere.", group=kettles)


def test_the_desk_disposes_and_goes_on_to_the_next(
    question: Entry, answered: Entry, member: User, agent: User, helper: User, signed_in: SignIn
) -> None:
    reporter, desk = signed_in(member), signed_in(agent)
    assert "What is wrong with this?" in reporter.get(f"/e/{answered.pk}/report/").content.decode()
    reporter.post(f"/e/{answered.pk}/report/", {"reason": "off_topic", "note": "It sells shoes"})
    report(helper, question.pk, "other")
    page = desk.get(f"/desk/moderation/{answered.pk}/").content.decode()
    assert "It sells shoes" in page
    gone = desk.post(f"/desk/moderation/{answered.pk}/removal/", {"reason": "off_topic"})
    assert gone["Location"] == f"/desk/moderation/{question.pk}/"
    done = desk.post(f"/desk/moderation/{question.pk}/release/")
    assert done["Location"] == "/desk/moderation/"
    assert "Nothing waits" in desk.get("/desk/moderation/").content.decode()


def test_the_pages_of_sanctions_and_rules(
    question: Entry, member: User, lead: User, admin: User, signed_in: SignIn
) -> None:
    desk, mia, theirs = signed_in(lead), question.author, signed_in(member)
    assert mia
    place = f"/desk/moderation/members/{mia.pk}/"
    assert desk.post(place, {"kind": "silence", "reason": "", "days": "7"}).status_code == 422
    assert desk.post(place, {"kind": "silence", "reason": "Shouting.", "days": "7"}).status_code == 302
    assert "Shouting." in desk.get(place).content.decode()
    assert "Shouting." in theirs.get("/rules/standing/").content.decode()
    theirs.post(f"/rules/standing/{Sanction.objects.get().pk}/appeal/", {"words": "I whispered."})
    boss = signed_in(admin)
    assert "I whispered." in boss.get("/desk/moderation/appeals/").content.decode()
    boss.post(
        f"/desk/moderation/sanctions/{Sanction.objects.get().pk}/appeal/",
        {"decision": "grant", "answer": "Ok"},
    )
    assert "lifted" in theirs.get("/rules/standing/").content.decode()
    desk.post("/desk/settings/community-rules/", {"audience": "terms", "text": "Be **kind**."})
    assert "<strong>kind</strong>" in theirs.get("/rules/").content.decode()
    assert "Be **kind**." in desk.get("/desk/settings/community-rules/").content.decode()
    assert "Nothing was held yet" in desk.get("/desk/moderation/decided/").content.decode()


def test_the_queue_costs_the_same_at_every_size(
    question: Entry, agent: User, member: User, signed_in: SignIn
) -> None:
    client, costs = signed_in(agent), []
    for size in (1, 12):
        for each in members_of_size(size):
            report(each, answer(agent, question.pk, "x").pk, "other")
        with CaptureQueriesContext(connection) as taken:
            assert client.get("/desk/moderation/").status_code == 200
        costs.append(len(taken))
    assert costs[0] == costs[1] <= 18


def members_of_size(size: int) -> list[User]:
    return [
        User.objects.create_user(f"s{size}-{number}@x.example", role=Role.MEMBER) for number in range(size)
    ]
