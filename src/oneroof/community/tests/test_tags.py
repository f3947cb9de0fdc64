"""A tag has owners: they hear of its questions, say what it is for, and fold other names into it."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.following import follow
from oneroof.community.actions.hearing import hand_unanswered_to_care
from oneroof.community.actions.indexing import index_entries
from oneroof.community.actions.keeping_tags import add_synonym, describe_tag, remove_synonym
from oneroof.community.actions.members import member_of
from oneroof.community.actions.retagging import retag
from oneroof.community.actions.tag_owners import appoint_tag_owner, release_tag_owner
from oneroof.community.actions.telling import tell_followers
from oneroof.community.actions.telling_owners import tell_owners, tell_owners_of_silence
from oneroof.community.actions.writing import answer, ask
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Group, Member, Membership, Tag, Visibility
from oneroof.community.queries.finding import find
from oneroof.community.rules.tagging import names_in
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_asking import at_once
from oneroof.community.tests.test_question_page import page_of, queries_of
from oneroof.core import clock
from oneroof.notify.models import Notice, Preferences

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(question: Entry, agent: User, helper: User) -> User:
    """Hugo owns the question's tag."""
    appoint_tag_owner(agent, "seal", member_of(helper).pk)
    Notice.objects.all().delete()
    return helper


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", flat=True))


def tags_of(entry: Entry) -> list[str]:
    return list(entry.tags.values_list("name", flat=True))


def deeds() -> list[str]:
    found = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    return [deed for deed in found if deed.startswith("tag.") or deed == "entry.retagged"]


def test_moderators_appoint_owners_who_are_told_once(
    question: Entry, agent: User, helper: User, member: User
) -> None:
    for _again in range(2):
        appoint_tag_owner(agent, "seal", member_of(helper).pk)
    assert told(helper) == ["You own the tag “seal” now"]
    with pytest.raises(NotAllowed):
        appoint_tag_owner(helper, "seal", member_of(member).pk)
    for _again in range(2):
        release_tag_owner(agent, "seal", member_of(helper).pk)
    assert not Tag.objects.get(name="seal").owners.exists()
    assert deeds() == ["tag.owner_appointed", "tag.owner_released"]


def test_nobody_owns_what_they_may_not_read(question: Entry, agent: User, helper: User) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    with pytest.raises(Tag.DoesNotExist):
        appoint_tag_owner(agent, "seal", member_of(helper).pk)
    Group.objects.update(visibility=Visibility.PUBLIC)
    brought = Member.objects.create(name="Nobody yet")
    with pytest.raises(CommunityError, match="may not read it"):
        appoint_tag_owner(agent, "seal", brought.pk)


def test_owners_hear_of_a_question_once_also_where_they_follow_it(
    owner: User, kettles: Group, member: User, volunteer: User
) -> None:
    follow(owner, Tag.objects.get(name="seal"))
    asked = ask(member, "And the lid?", "It rattles.", group=kettles, tags="seal")
    for _again in range(2):
        tell_owners(asked.pk)
        tell_followers(asked.pk)
    assert told(owner) == ["A question for you: And the lid?"]
    own = ask(owner, "Where is the seal?", "I lost it.", group=kettles, tags="seal")
    tell_owners(own.pk)
    assert len(told(owner)) == 1
    assert told(volunteer) == []


def test_owners_hear_nothing_by_a_way_they_do_not_want_nor_of_what_they_may_not_read(
    owner: User, kettles: Group, member: User
) -> None:
    asked = ask(member, "And the lid?", "It rattles.", group=kettles, tags="seal")
    Group.objects.update(visibility=Visibility.SECRET)
    tell_owners(asked.pk)
    Group.objects.update(visibility=Visibility.PUBLIC)
    Preferences.objects.create(user=owner, ways={"community_tag": []})
    tell_owners(asked.pk)
    assert told(owner) == []


def test_owners_hear_of_what_nobody_answers_in_their_language(
    owner: User, kettles: Group, member: User
) -> None:
    User.objects.filter(pk=owner.pk).update(language="de")
    Group.objects.update(to_care_after=timedelta(hours=2))
    asked = ask(member, "And the lid?", "It rattles.", group=kettles, tags="seal")
    with clock.frozen_at(clock.now() + timedelta(hours=3)):
        assert hand_unanswered_to_care() == 2
    for _again in range(2):
        tell_owners_of_silence(asked.pk)
    assert told(owner) == ["Noch hat niemand geantwortet: And the lid?"]
    answer(owner, asked.pk, "Press it.")
    Notice.objects.all().delete()
    tell_owners_of_silence(asked.pk)
    assert told(owner) == []


def test_its_page_says_what_it_is_for_and_who_owns_it(owner: User, signed_in: SignIn) -> None:
    describe_tag(owner, "seal", "What keeps **water** in.")
    page = page_of(Client(), "/t/seal")
    assert "What keeps <strong>water</strong> in." in page
    assert "Hugo Helps" in page
    assert "/t/seal/keeping/" not in page
    assert "/t/seal/keeping/" in page_of(signed_in(owner), "/t/seal")


def test_a_synonym_is_folded_where_one_asks_searches_and_comes_by_an_old_address(
    owner: User, question: Entry, kettles: Group, member: User
) -> None:
    old = ask(member, "It drips", "All day.", group=kettles, tags="gasket, lid")
    for _again in range(2):
        add_synonym(owner, "seal", "Gasket")
    new = ask(member, "It drips again", "All night.", group=kettles, tags="gasket, seal")
    assert tags_of(old) == ["lid", "seal"]
    assert tags_of(new) == ["seal"]
    assert Client().get("/t/gasket?show=unsolved")["Location"] == "/t/seal?show=unsolved"
    assert Client().get("/q/?tag=gasket")["Location"] == "/q/?tag=seal"
    assert Client().get("/t/gasket/feed")["Location"] == "/t/seal/feed"
    assert "gasket" in page_of(Client(), "/t/seal")
    index_entries([question])
    assert [each.page_id for each in find("worn gasket", reader=None)] == [question.pk]
    assert deeds()[1:] == ["tag.synonym_added"]


def test_a_synonym_taken_back_stands_again_where_it_stood(
    owner: User, question: Entry, kettles: Group, member: User
) -> None:
    old = ask(member, "It drips", "All day.", group=kettles, tags="gasket")
    add_synonym(owner, "seal", "gasket")
    new = ask(member, "It drips again", "All night.", group=kettles, tags="gasket")
    remove_synonym(owner, "seal", "gasket")
    assert [tags_of(each) for each in (question, old, new)] == [["seal"], ["gasket"], ["gasket"]]
    assert Client().get("/t/gasket").status_code == 200
    with pytest.raises(Tag.DoesNotExist):
        remove_synonym(owner, "seal", "gasket")


def test_whoever_follows_the_other_name_hears_of_the_tag(
    owner: User, kettles: Group, member: User, volunteer: User
) -> None:
    ask(member, "It drips", "All day.", group=kettles, tags="gasket")
    follow(volunteer, Tag.objects.get(name="gasket"))
    add_synonym(owner, "seal", "gasket")
    tell_followers(ask(member, "And the lid?", "It rattles.", group=kettles, tags="seal").pk)
    assert told(volunteer) == ["Mia Member wrote: And the lid?"]


def test_what_somebody_else_owns_is_folded_by_moderators_alone(
    owner: User, kettles: Group, member: User, agent: User
) -> None:
    ask(member, "It drips", "All day.", group=kettles, tags="gasket, ring")
    appoint_tag_owner(agent, "gasket", member_of(member).pk)
    with pytest.raises(CommunityError, match="Somebody else owns that tag"):
        add_synonym(owner, "seal", "gasket")
    add_synonym(member, "gasket", "ring")
    with pytest.raises(CommunityError, match="synonyms of its own"):
        add_synonym(agent, "seal", "gasket")
    remove_synonym(member, "gasket", "ring")
    add_synonym(agent, "seal", "gasket")
    ask(member, "It sings", "All day.", group=kettles, tags="ring")
    with pytest.raises(CommunityError, match="stands for another tag"):
        add_synonym(agent, "ring", "gasket")


@pytest.mark.parametrize("typed", ["", "one, two", "seal", "..."])
def test_a_synonym_is_one_other_name(owner: User, typed: str) -> None:
    with pytest.raises(CommunityError, match="one other name"):
        add_synonym(owner, "seal", typed)


def test_a_tag_of_what_its_keeper_may_not_see_is_folded_into_none(
    owner: User, member: User, agent: User
) -> None:
    lab = Group.objects.create(slug="lab", name="Lab", visibility=Visibility.SECRET)
    for insider in (member, agent):
        Membership.objects.create(group=lab, member=member_of(insider), state=Membership.State.MEMBER)
    secret = ask(member, "It boils dry", "All day.", group=lab, tags="next-kettle, boiler")
    add_synonym(agent, "next-kettle", "boiler")
    for hidden in ("next-kettle", "boiler"):
        with pytest.raises(CommunityError, match="one other name"):
            add_synonym(owner, "seal", hidden)
    assert tags_of(secret) == ["next-kettle"]
    assert not Tag.objects.get(name="next-kettle").synonym_of


def test_owners_retag_questions_with_their_tag_and_the_next_owner_hears(
    owner: User, question: Entry, agent: User, volunteer: User, teammate: User, kettles: Group
) -> None:
    ask(teammate, "A lid", "Text.", group=kettles, tags="lid")
    appoint_tag_owner(agent, "lid", member_of(volunteer).pk)
    Notice.objects.all().delete()
    for _again in range(2):
        retag(owner, question.pk, "seal, lid", why="It is the lid")
    assert tags_of(question) == ["lid", "seal"]
    kept = list(question.revisions.values_list("tags", "why", "author__name"))
    assert kept[-1] == (["lid", "seal"], "It is the lid", "Hugo Helps")
    assert deeds().count("entry.retagged") == 1
    assert told(volunteer) == ["A question for you: My kettle leaks. What now?"]
    retag(owner, question.pk, "lid")
    with pytest.raises(NotAllowed):
        retag(owner, question.pk, "seal")


def test_other_members_keep_no_tag_and_outsiders_find_none(
    owner: User, question: Entry, volunteer: User, signed_in: SignIn
) -> None:
    for client in (signed_in(volunteer), Client()):
        assert client.get("/t/seal/keeping/").status_code == 404
        for deed in ("description", "synonyms", "synonyms/removal", "owners", "owners/removal"):
            said = {"about": "x", "name": "gasket", "owner": "1"}
            assert client.post(f"/t/seal/{deed}/", said).status_code == 404, deed
        assert client.get(f"/e/{question.pk}/tags/").status_code == 404
        assert client.post(f"/e/{question.pk}/tags/", {"tags": "x"}).status_code == 404
    assert signed_in(owner).post("/t/seal/owners/", {"owner": "1"}).status_code == 404
    assert Tag.objects.get(name="seal").about == ""
    assert not Tag.objects.filter(synonym_of__isnull=False).exists()


def test_a_tag_is_kept_by_its_pages(
    owner: User, question: Entry, agent: User, volunteer: User, signed_in: SignIn
) -> None:
    client, desk = signed_in(owner), signed_in(agent)
    client.post("/t/seal/description/", {"about": "What keeps water in."})
    client.post("/t/seal/synonyms/", {"name": "gasket"})
    assert desk.post("/t/seal/owners/", {"owner": f"/m/{member_of(volunteer).pk}"}).status_code == 302
    page = page_of(client, "/t/seal/keeping/")
    for words in ("What keeps water in.", "gasket", "Vera Volunteer"):
        assert words in page
    assert "Who owns it" not in page
    assert (
        "Give one other name" in client.post("/t/seal/synonyms/", {"name": ""}, follow=True).content.decode()
    )
    assert "address of the page" in desk.post("/t/seal/owners/", follow=True).content.decode()
    assert f"/e/{question.pk}/tags/" in page_of(client, question.get_absolute_url())
    client.post(f"/e/{question.pk}/tags/", {"tags": "seal, lid"})
    assert tags_of(question) == ["lid", "seal"]


def test_a_tag_is_followed_on_its_page(
    question: Entry, kettles: Group, volunteer: User, member: User, signed_in: SignIn
) -> None:
    client = signed_in(volunteer)
    for _again in range(2):
        assert client.post("/t/seal/follow/")["Location"] == "/t/seal"
    assert "You follow this" in page_of(client, "/t/seal")
    tell_followers(ask(member, "And the lid?", "It rattles.", group=kettles, tags="seal").pk)
    assert told(volunteer) == ["Mia Member wrote: And the lid?"]
    client.post("/t/seal/follow/removal/")
    assert "You follow this" not in page_of(client, "/t/seal")
    for address in ("/t/seal/follow/", "/t/nothing/follow/"):
        assert (client if "nothing" in address else Client()).post(address).status_code == 404
    Group.objects.update(visibility=Visibility.SECRET)
    assert client.post("/t/seal/follow/").status_code == 404


def test_a_tags_page_costs_the_same_with_more_owners_and_names(
    owner: User, agent: User, volunteer: User, teammate: User
) -> None:
    add_synonym(owner, "seal", "gasket")
    few = queries_of(Client(), "/t/seal")
    for each in (volunteer, teammate, agent):
        appoint_tag_owner(agent, "seal", member_of(each).pk)
    for name in ("ring", "washer"):
        add_synonym(owner, "seal", name)
    assert queries_of(Client(), "/t/seal") == few


def test_names_are_found_in_what_is_sought() -> None:
    assert names_in("¿Which Tea pot?") == ["which", "tea", "pot", "which-tea", "tea-pot"]


def wait_for_a_lock() -> None:
    """Until another connection to this database waits for one that we hold."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < until and not cursor.execute(waiting).fetchone():
            time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_tagged_with_a_name_that_is_folded_meanwhile(
    owner: User, kettles: Group, member: User
) -> None:
    ask(member, "It drips", "All day.", group=kettles, tags="gasket")
    is_asked = threading.Event()

    def asks() -> None:
        with transaction.atomic():
            ask(member, "It drips again", "All night.", group=kettles, tags="gasket")
            is_asked.set()
            wait_for_a_lock()

    def folds() -> None:
        is_asked.wait()
        add_synonym(owner, "seal", "gasket")

    at_once([asks, folds])
    assert not Tag.objects.get(name="gasket").tagged.exists()
    assert Tag.objects.get(name="seal").tagged.count() == 3
