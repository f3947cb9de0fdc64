"""What machines read: all of it public, none of it private, and none of it broken by what people write."""

import json
import re

import pytest
from defusedxml import ElementTree
from django.test import Client

from oneroof.accounts.models import User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.writing import ask
from oneroof.community.models import Entry, Group, Visibility

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feed", "/t/seal/feed", "/g/kettles/feed"]


def titles(address: str) -> list[str]:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return [
        each.findtext(f"{ATOM}title") for each in ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")
    ]


@pytest.mark.parametrize("address", FEEDS)
def test_feeds_hold_the_newest_questions(question: Entry, address: str) -> None:
    assert titles(address) == [question.title]


def test_a_questions_feed_holds_its_answers(question: Entry, answered: Entry) -> None:
    feed = Client().get(f"/q/{question.pk}/feed").content.decode()
    assert "Turn the seal round" in feed
    assert f"#a{answered.pk}" in feed


def test_hostile_text_breaks_no_feed(kettles: Group, member: User) -> None:
    ask(member, "Why \x0b]]> <b>&", "\x08<script>alert(1)</script>\ufffe", group=kettles, tags="seal")
    for address in FEEDS:
        assert titles(address) == ["Why \ufffd]]> <b>&"] or titles(address) == ["Why ]]> <b>&"]


@pytest.mark.parametrize("visibility", [Visibility.LISTED, Visibility.SECRET])
def test_nothing_private_is_in_any_of_them(question: Entry, answered: Entry, visibility: str) -> None:
    Group.objects.update(visibility=visibility)
    for address in ("/feed", "/t/seal/feed", "/sitemap.xml", "/sitemap-0.xml"):
        assert "kettle-leaks" not in Client().get(address).content.decode(), address
    for address in ("/g/kettles/feed", f"/q/{question.pk}/feed"):
        assert Client().get(address).status_code == 404


def test_the_map_leads_to_every_public_page(question: Entry) -> None:
    parts = re.findall(
        "<loc>http[^<]*(/sitemap-[0-9]+.xml)</loc>", Client().get("/sitemap.xml").content.decode()
    )
    found = "".join(Client().get(part).content.decode() for part in parts)
    assert question.get_absolute_url() in found
    assert Client().get(f"/sitemap-{len(parts)}.xml").status_code == 404
    assert "/sitemap.xml" in Client().get("/robots.txt").content.decode()


def test_the_page_states_itself_to_machines(question: Entry, answered: Entry, member: User) -> None:
    accept(member, answered.pk)
    Entry.objects.filter(pk=answered.pk).update(body="Turn it.</script><script>alert(1)</script>")
    page = Client().get(question.get_absolute_url()).content.decode()
    stated = json.loads(re.search('<script type="application/ld.json">(.*?)</script>', page)[1])
    assert stated["@type"] == "QAPage"
    assert stated["mainEntity"]["acceptedAnswer"][0]["text"].startswith("Turn it.</script>")
    assert '<link rel="canonical" href="http' in page
    assert '<meta property="og:title"' in page


def test_a_private_page_states_nothing(question: Entry, member: User) -> None:
    from oneroof.community.models import Member, Membership

    Membership.objects.create(group=question.group, member=Member.objects.get(user=member), state="member")
    Group.objects.update(visibility=Visibility.SECRET)
    client = Client()
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(question.get_absolute_url()).content.decode()
    assert question.title in page
    assert "ld+json" not in page
    assert '<meta name="robots" content="noindex">' in page
