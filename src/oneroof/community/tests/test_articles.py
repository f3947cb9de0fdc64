"""Articles: drafted, looked at by a second person, published, changed, translated, archived."""

import json
import re

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.articles import (
    About,
    archive_article,
    describe_article,
    draft_article,
    publish_article,
    send_back_article,
    set_owner,
    submit_article,
)
from oneroof.community.actions.editing import Words, edit
from oneroof.community.actions.helping import say_helped
from oneroof.community.actions.indexing import index_page
from oneroof.community.actions.making_articles import article_of_answer, article_of_texts
from oneroof.community.actions.members import member_of
from oneroof.community.actions.proposing import propose_change, refuse_proposal, take_proposal
from oneroof.community.errors import CommunityError
from oneroof.community.models import Article, Entry, Group, Proposal, Status, Visibility
from oneroof.community.queries.articles import helpfulness
from oneroof.community.queries.finding import find
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_question_page import page_of, queries_of
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
BODY = "Water leaves lime.\n\n# Empty it\n\nPull the plug first.\n\n# Descale it\n\nOne part citric acid."


@pytest.fixture
def article(kettles: Group, member: User) -> Entry:
    """Mia's draft."""
    about = About("Ripple", ["2", "3"], "how_to", "en")
    return draft_article(member, "Descale a Ripple", BODY, group=kettles, tags="scale", about=about)


@pytest.fixture
def published(article: Entry, agent: User) -> Entry:
    publish_article(agent, article.pk)
    article.refresh_from_db()
    return article


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", flat=True))


def test_a_draft_is_its_authors_and_reviewers_until_it_is_published(
    article: Entry, member: User, helper: User, agent: User, teammate: User, signed_in: SignIn
) -> None:
    address = article.get_absolute_url()
    for outsider in (Client(), signed_in(helper)):
        assert outsider.get(address).status_code == 404
    for insider in (signed_in(member), signed_in(agent)):
        assert "Descale a Ripple" in page_of(insider, address)
    with pytest.raises(Entry.DoesNotExist):
        submit_article(helper, article.pk)
    for _again in range(2):
        submit_article(member, article.pk)
    assert told(agent) == told(teammate) == ["An article waits for review: Descale a Ripple"]
    with pytest.raises(NotAllowed):
        publish_article(member, article.pk)
    for _again in range(2):
        publish_article(agent, article.pk)
    assert AuditEntry.objects.filter(verb="article.published").count() == 1
    assert told(member) == ["Your article is published: Descale a Ripple"]
    assert told(teammate) == [], "it waits no more"
    assert "Descale a Ripple" in page_of(Client(), address)


def test_nobody_but_a_lead_publishes_what_they_wrote(kettles: Group, agent: User, lead: User) -> None:
    own = draft_article(agent, "Mine", "Text.", group=kettles)
    with pytest.raises(CommunityError):
        publish_article(agent, own.pk)
    theirs = draft_article(lead, "Theirs", "Text.", group=kettles)
    assert publish_article(lead, theirs.pk).status == Status.PUBLISHED


def test_what_is_sent_back_is_a_draft_again_with_a_reason(
    article: Entry, member: User, agent: User, signed_in: SignIn
) -> None:
    submit_article(member, article.pk)
    with pytest.raises(CommunityError):
        send_back_article(agent, article.pk, " ")
    with pytest.raises(NotAllowed):
        send_back_article(member, article.pk, "No")
    send_back_article(agent, article.pk, "Say how hot.")
    assert "Say how hot." in page_of(signed_in(member), article.get_absolute_url())
    assert Entry.objects.get(pk=article.pk).status == Status.DRAFT
    with pytest.raises(CommunityError):
        send_back_article(agent, article.pk, "Again.")


def test_it_is_found_by_its_step_once_published_and_not_before(article: Entry, agent: User) -> None:
    index_page(article.pk)
    assert find("how much citric acid", reader=agent) == []
    publish_article(agent, article.pk)
    found = find("how much citric acid", reader=None, kinds=["article"])
    assert [each.url for each in found] == [article.get_absolute_url()]
    body = "\n\n".join(f"# Step {number}\n\n{'word ' * 200}" for number in range(4))
    edit(agent, article.pk, title="Descale a Ripple", body=f"{body}\n\n# Rinse\n\nRinse it thrice.")
    index_page(article.pk)
    assert find("rinse thrice", reader=None)[0].url.startswith(f"{article.get_absolute_url()}#s-step-")
    answer = Client().get("/api/v1/search", {"q": "descale a ripple", "in": "articles"}).json()
    assert [each["entry_id"] for each in answer["items"]] == [article.pk]
    archive_article(agent, article.pk)
    assert find("rinse thrice", reader=None) == []


def test_the_page_has_steps_disclaimers_and_what_machines_read(published: Entry, lead: User) -> None:
    from oneroof.community.actions.disclaiming import write_disclaimer

    write_disclaimer(lead, "how_to", "", "Unplug it **first**.")
    write_disclaimer(lead, "how_to", "en", "Pull the plug **first**.")
    write_disclaimer(lead, "policy", "", "Binding in German.")
    page = page_of(Client(), published.get_absolute_url())
    assert '<a href="#s-descale-it"' in page
    assert 'id="s-descale-it"' in page
    assert "Pull the plug <strong>first" in page
    assert "Binding in German" not in page
    stated = json.loads(re.search('<script type="application/ld.json">(.*?)</script>', page)[1])
    assert (stated["@type"], stated["headline"]) == ("Article", published.title)
    Entry.objects.filter(pk=published.pk).update(body="# Why?\n\nSo.\n\n# How?\n\nLike **this**.")
    page = page_of(Client(), published.get_absolute_url())
    stated = json.loads(re.search('<script type="application/ld.json">(.*?)</script>', page)[1])
    assert [each["name"] for each in stated["mainEntity"]] == ["Why?", "How?"]
    assert "<strong>this</strong>" in stated["mainEntity"][1]["acceptedAnswer"]["text"]
    assert published.get_absolute_url() in Client().get("/articles/feed").content.decode()
    assert published.get_absolute_url() in Client().get("/sitemap-0.xml").content.decode()


def test_a_members_change_is_proposed_and_published_by_a_reviewer(
    published: Entry, member: User, helper: User, agent: User, teammate: User, signed_in: SignIn
) -> None:
    with pytest.raises(CommunityError):
        edit(member, published.pk, title="Mine", body="Now.")
    for body in ("Two parts.", "Two parts citric acid."):
        change = propose_change(helper, published.pk, Words(body, published.title, "scale", "Tried it"))
    assert Proposal.objects.count() == 1
    assert published.body == Entry.objects.get(pk=published.pk).body
    page = page_of(signed_in(agent), f"/articles/{published.pk}/proposals/")
    assert "<ins>Two parts citric acid.</ins>" in page
    with pytest.raises(NotAllowed):
        take_proposal(helper, change.pk)
    for _again in range(2):
        take_proposal(agent, change.pk)
    published.refresh_from_db()
    assert published.body == "Two parts citric acid."
    assert published.revisions.get(number=2).author.user == helper
    assert told(helper) == ["Your change was taken: Descale a Ripple"]


def test_a_change_of_what_was_changed_meanwhile_overwrites_nothing(
    published: Entry, helper: User, agent: User
) -> None:
    change = propose_change(helper, published.pk, Words("Mine.", "Mine"))
    edit(agent, published.pk, title=published.title, body="Another's.")
    with pytest.raises(CommunityError):
        take_proposal(agent, change.pk)
    refuse_proposal(agent, change.pk, "It says so already.")
    assert Entry.objects.get(pk=published.pk).body == "Another's."
    assert Notice.objects.get(user=helper).body == "It says so already."


def test_a_visitors_and_a_members_words_are_counted_once(
    published: Entry, helper: User, member: User, signed_in: SignIn
) -> None:
    for word in (True, False):
        say_helped(None, published.pk, is_helpful=word, visitor="a browser")
        say_helped(helper, published.pk, is_helpful=word, visitor="")
    say_helped(None, published.pk, is_helpful=True, visitor="another browser")
    assert helpfulness(published) == (1, 2)
    signed_in(helper).post(f"/articles/{published.pk}/helped/", {"helpful": "yes"})
    assert "It helped 2 people, and 1 not." in page_of(Client(), published.get_absolute_url())
    with pytest.raises(CommunityError):
        say_helped(member, published.pk, is_helpful=True, visitor="")


def test_translations_lead_to_one_another_and_there_is_one_a_language(
    published: Entry, helper: User, agent: User
) -> None:
    german = draft_article(
        helper, "Ein Ripple entkalken", "Zitronensäure.", about=About(lang="de"), original_id=published.pk
    )
    for lang in ("de", "en", ""):
        with pytest.raises(CommunityError):
            draft_article(helper, "Noch eins", "Text.", about=About(lang=lang), original_id=german.pk)
    assert german.get_absolute_url() not in page_of(Client(), published.get_absolute_url())
    publish_article(agent, german.pk)
    assert german.get_absolute_url() in page_of(Client(), published.get_absolute_url())
    assert published.get_absolute_url() in page_of(Client(), german.get_absolute_url())
    french = draft_article(helper, "Détartrer", "Acide.", about=About(lang="fr"), original_id=german.pk)
    assert Article.objects.get(entry=french).original == published
    with pytest.raises(CommunityError):
        describe_article(agent, french.pk, About(lang="de"))


def test_an_accepted_answer_becomes_one_draft_in_its_own_group(
    question: Entry, answered: Entry, helper: User, agent: User, signed_in: SignIn
) -> None:
    Group.objects.update(visibility=Visibility.PUBLIC)
    with pytest.raises(NotAllowed):
        article_of_answer(helper, answered.pk)
    made = [article_of_answer(agent, answered.pk) for _again in range(2)]
    assert made[0] == made[1]
    draft = made[0]
    assert (draft.title, draft.body, draft.group) == (question.title, answered.body, question.group)
    assert [tag.name for tag in draft.tags.all()] == ["seal"]
    sent = signed_in(agent).post(f"/e/{answered.pk}/article/")
    assert sent["Location"] == f"/articles/{draft.pk}/change/"
    assert "It began as an answer" in page_of(signed_in(agent), draft.get_absolute_url())


def test_what_was_said_elsewhere_becomes_one_draft(agent: User, member: User) -> None:
    made = [
        article_of_texts(agent, "It leaks", "It leaks.\nBelow.", ["Turn the seal."], origin_path="/desk/1/")
        for _again in range(2)
    ]
    assert made[0] == made[1]
    assert "> Below." in made[0].body
    assert made[0].body.endswith("Turn the seal.")
    with pytest.raises(NotAllowed):
        article_of_texts(member, "It leaks", "x", [], origin_path="/desk/2/")


def test_an_owner_is_somebody_who_may_read_it(
    article: Entry, member: User, helper: User, agent: User
) -> None:
    with pytest.raises(CommunityError):
        set_owner(agent, article.pk, member_of(helper).pk)
    with pytest.raises(NotAllowed):
        set_owner(member, article.pk, member_of(member).pk)
    set_owner(agent, article.pk, member_of(agent).pk)
    assert Article.objects.get(entry=article).owner.user == agent


def test_it_is_written_and_published_by_its_pages(
    kettles: Group, member: User, helper: User, agent: User, signed_in: SignIn
) -> None:
    author, reviewer = signed_in(member), signed_in(agent)
    words = {
        "title": "Clean it",
        "body": "# A\n\nb",
        "sort": "how_to",
        "versions": "2, 3",
        "product": "Ripple",
    }
    assert author.post("/articles/new/", words | {"title": ""}).status_code == 422
    address = author.post("/articles/new/", words)["Location"]
    number = address.split("/")[2]
    author.post(f"/articles/{number}/submission/")
    assert "Clean it" in page_of(reviewer, "/articles/?show=review")
    reviewer.post(f"/articles/{number}/publication/")
    assert "Clean it" in page_of(Client(), "/articles/")
    assert "For Ripple 2, 3" in page_of(Client(), address)
    change = f"/articles/{number}/change/"
    assert author.get(f"/e/{number}/edit/")["Location"] == change
    based_on = {"based_on": 1, "why": "Clearer"}
    signed_in(helper).post(change, {"title": "Clean it", "body": "# A\n\nc", **based_on})
    assert "1 proposed change waits" in page_of(reviewer, address)
    proposal = Proposal.objects.get()
    reviewer.post(f"/articles/{number}/proposals/{proposal.pk}/taking/")
    assert "<p>c</p>" in page_of(Client(), address)
    reviewer.post(f"/articles/{number}/archiving/")
    assert Client().get(address).status_code == 404


def test_private_articles_are_on_no_page(published: Entry, helper: User, signed_in: SignIn) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    for client in (Client(), signed_in(helper)):
        assert client.get(published.get_absolute_url()).status_code == 404
        assert client.post(f"/articles/{published.pk}/helped/", {"helpful": "yes"}).status_code == 404
        for address in ("/articles/", "/articles/feed"):
            assert "Descale" not in page_of(client, address)


def test_pages_and_lists_cost_the_same_at_every_size(published: Entry, kettles: Group, agent: User) -> None:
    client = Client()
    few = [queries_of(client, address) for address in (published.get_absolute_url(), "/articles/")]
    from oneroof.community.actions.writing import comment

    for number in range(12):
        comment(agent, published.pk, "Indeed.")
        other = draft_article(agent, f"Kettle {number}", "Text.", group=kettles, tags="scale")
        Entry.objects.filter(pk=other.pk).update(is_unlisted=False, status=Status.PUBLISHED)
    many = [queries_of(client, address) for address in (published.get_absolute_url(), "/articles/")]
    assert few == many
    assert max(many) <= 12


def test_disclaimers_are_the_leads(lead: User, agent: User, signed_in: SignIn) -> None:
    client = signed_in(lead)
    assert signed_in(agent).get("/desk/settings/disclaimers/").status_code == 404
    assert client.post("/desk/settings/disclaimers/", {"about": "safety", "text": ""}).status_code == 422
    for text in ("At your own risk.", "Call an electrician."):
        client.post("/desk/settings/disclaimers/", {"about": "safety", "lang": "", "text": text})
    page = page_of(client, "/desk/settings/disclaimers/")
    assert "Call an electrician." in page
    assert "own risk" not in page
    number = re.search(r"disclaimers/(\d+)/removal", page)[1]
    client.post(f"/desk/settings/disclaimers/{number}/removal/")
    assert "Call an electrician." not in page_of(client, "/desk/settings/disclaimers/")
