"""Announcements reach whom they concern, by the ways that each chose, once."""

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community.actions.announcing import announce, tell_addressed
from oneroof.community.actions.following import follow
from oneroof.community.actions.members import member_of
from oneroof.community.actions.writing import comment
from oneroof.community.errors import CommunityError
from oneroof.community.models import Announcement, Audience, Entry, Group, Member, News, Visibility
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_question_page import page_of, queries_of
from oneroof.core import clock
from oneroof.customers.models import Customer, Person, Purchase
from oneroof.notify.models import Notice, Preferences

pytestmark = pytest.mark.django_db


def buyer(number: str, version: str, *, email: str = "", person: Person | None = None) -> Customer:
    made = Customer.objects.create(
        person=person or Person.objects.create(name=number), external_id=number, email=email
    )
    Purchase.objects.create(
        customer=made, purchased_at=clock.now(), amount=1, product="Ripple", version=version, digest=number
    )
    return made


def recall(lead: User, version: str = "2", **more: object) -> Entry:
    words = {"news": News.RECALL, "audience": Audience.OWNERS, "product": "ripple", "version": version}
    return announce(lead, "Handles may come off", "Stop using it.", **(words | more))


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("user__email").values_list("user__email", "kind"))


def test_owners_of_that_version_are_told_once_by_address_or_person(
    member: User, helper: User, volunteer: User, lead: User, signed_in: SignIn
) -> None:
    buyer("c1", "2", email="Mia@Customers.example")
    whole = Person.objects.create(name="Hugo")
    Member.objects.filter(pk=member_of(helper).pk).update(person=whole)
    buyer("c2", "2", person=Person.objects.create(name="Hugo again", merged_into=whole))
    buyer("c3", "3", email=volunteer.email)
    buyer("c4", "2", email="nobody@elsewhere.example")
    made = recall(lead)
    for _again in range(2):
        tell_addressed(made.pk)
    assert told() == [(helper.email, "community_warning"), (member.email, "community_warning")]
    assert Notice.objects.filter(by_email=True).count() == 2
    page = page_of(signed_in(lead), made.get_absolute_url())
    assert "2 people were told." in page
    assert "1 owner has no account here." in page
    assert "people were told" not in page_of(Client(), made.get_absolute_url())


def test_each_hears_by_the_way_they_chose(member: User, helper: User, lead: User) -> None:
    Preferences.objects.create(user=member, ways={"community_warning": ["desk"]})
    Preferences.objects.create(user=helper, ways={"community_warning": []})
    tell_addressed(recall(lead, audience=Audience.MEMBERS).pk)
    assert Notice.objects.get(user=member).by_email is False
    assert not Notice.objects.filter(user=helper).exists()


def test_followers_hear_of_news_and_nobody_of_a_private_groups(
    kettles: Group, member: User, helper: User, lead: User
) -> None:
    for person in (member, helper):
        follow(person, kettles)
    made = announce(lead, "A new Ripple", "It sings.", group=kettles)
    tell_addressed(made.pk)
    assert told() == [(helper.email, "community_news"), (member.email, "community_news")]
    Notice.objects.all().delete()
    Group.objects.update(visibility=Visibility.SECRET)
    tell_addressed(made.pk)
    assert told() == []


def test_only_who_steers_announces_and_owners_own_something(agent: User, lead: User) -> None:
    with pytest.raises(NotAllowed):
        recall(agent)
    with pytest.raises(CommunityError):
        recall(lead, product="")
    with pytest.raises(CommunityError):
        recall(lead, news="rumour")
    assert not Announcement.objects.exists()


def test_it_is_announced_listed_and_commented_by_its_pages(
    kettles: Group, member: User, agent: User, lead: User, signed_in: SignIn
) -> None:
    words = {"title": "A new Ripple", "body": "It sings.", "news": "news", "group": "kettles"}
    assert signed_in(agent).get("/news/new/").status_code == 404
    assert signed_in(lead).post("/news/new/", words | {"audience": "owners"}).status_code == 422
    address = signed_in(lead).post("/news/new/", words | {"audience": "followers"})["Location"]
    signed_in(member).post(f"/e/{address.split('/')[2]}/comments/", {"body": "At last."})
    assert "At last." in page_of(Client(), address)
    for place in ("/news/", "/news/feed"):
        assert "A new Ripple" in page_of(Client(), place)
    few = queries_of(Client(), "/news/")
    for number in range(12):
        made = announce(lead, f"News {number}", "Text.", group=kettles)
        comment(member, made.pk, "Oh.")
    assert queries_of(Client(), "/news/") == few <= 10
