"""What the community knows stands beside the composer, and what replies linked is counted."""

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.care.actions.making_articles import article_of_conversation
from oneroof.care.actions.using import remember_used
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation, Reply, ReplyState, UsedPassage
from oneroof.care.queries.suggesting import inserted, suggestions
from oneroof.community.actions.articles import draft_article, publish_article
from oneroof.community.actions.indexing import embed_some, index_missing
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Flag, Group, Visibility
from oneroof.community.rules.addresses import entries_linked
from oneroof.core import clock
from oneroof.text import embeddings

pytestmark = pytest.mark.django_db
SITE = "https://help.example"


@pytest.fixture
def known(member: User, agent: User) -> Entry:
    """An answer that the community has; the title is what the customer says."""
    asked = ask(member, "My kettle leaks.", "From the lid.")
    said = answer(agent, asked.pk, "Turn the seal round, then press it in.")
    index_missing()
    while embeddings.is_available() and embed_some():
        pass
    return said


def sent(conversation: Conversation, author: User, text: str, number: int = 1) -> Reply:
    return Reply.objects.create(
        conversation=conversation,
        source_id=conversation.source_id,
        post_id=conversation.latest_post_id,
        author=author,
        text=text,
        state=ReplyState.SENT,
        key=f"k{number}",
        claim_token=0,
        sent_at=clock.now(),
    )


def test_the_answer_is_suggested_with_its_short_link(conversation: Conversation, known: Entry) -> None:
    found = suggestions(conversation, limit=None)
    assert [each.entry_id for each in found] == [known.pk]
    assert found[0].insert.startswith("Turn the seal round")
    assert found[0].insert.endswith(f"/e/{known.pk}")
    Group.objects.update(visibility=Visibility.SECRET)
    assert suggestions(conversation, limit=None) == [], "the customer could not follow the link"


def test_no_more_goes_in_than_there_is_room_for() -> None:
    link = f"{SITE}/e/12"
    assert inserted("word " * 200, link, 300).endswith(f"…\n{link}")
    assert len(inserted("word " * 200, link, 300)) <= 200
    assert inserted("word " * 200, link, 60) == link
    assert inserted("Short.", link, None) == f"Short.\n{link}"


def test_links_to_entries_are_read_from_any_text() -> None:
    text = (
        f"See {SITE}/e/12 and ({SITE}/q/3/why#a45), {SITE}/articles/7/descale-it#s-rinse. "
        f"{SITE}/e/12 {SITE}/m/9 https://other.example/e/8 {SITE}/e/99999999999999999999"
    )
    assert entries_linked(text, f"{SITE}/") == [12, 45, 7]


def test_what_went_out_with_a_link_is_counted_once_and_shows(
    conversation: Conversation, known: Entry, agent: User
) -> None:
    from django.conf import settings as known_settings
    from django.test import Client

    reply = sent(conversation, agent, f"Look: {known_settings.PUBLIC_URL}/e/{known.pk} and /e/999999")
    for _again in range(2):
        remember_used(reply.pk)
    assert [used.entry for used in UsedPassage.objects.all()] == [known]
    known.refresh_from_db()
    assert known.carried == 1
    assert "Carried 1 reply" in Client().get(f"/q/{known.root_id}", follow=True).content.decode()
    Reply.objects.update(state=ReplyState.WITHDRAWN)
    remember_used(reply.pk)
    known.refresh_from_db()
    assert known.carried == 0


def test_a_conversation_becomes_one_draft_without_names(
    conversation: Conversation, agent: User, volunteer: User
) -> None:
    with pytest.raises(CareError):
        article_of_conversation(agent, conversation.pk)
    sent(conversation, agent, "Turn the seal round.")
    with pytest.raises(NotAllowed):
        article_of_conversation(volunteer, conversation.pk)
    made = [article_of_conversation(agent, conversation.pk) for _again in range(2)]
    assert made[0] == made[1]
    assert made[0].is_unlisted
    assert "Turn the seal round." in made[0].body
    assert conversation.customer_handle not in made[0].title + made[0].body


def test_a_complaint_flags_an_article_and_is_its_evidence(
    conversation: Conversation, member: User, agent: User
) -> None:
    from django.test import Client

    wrong = draft_article(member, "Replace the seal", "Turn it.")
    publish_article(agent, wrong.pk)
    desk, outsider = Client(), Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    desk.force_login(agent, backend=backend)
    outsider.force_login(member, backend=backend)
    address = f"/desk/inbox/{conversation.pk}/flags/{wrong.pk}/"
    assert outsider.post(address, {"words": "x"}).status_code == 404
    assert desk.post(f"/desk/inbox/{conversation.pk}/flags/999999/", {"words": "x"}).status_code == 404
    desk.post(address, {"words": "It still leaks."})
    assert Flag.objects.get().path == f"/desk/inbox/{conversation.pk}/"
    assert "It still leaks." in outsider.get(wrong.get_absolute_url()).content.decode()
    assert (
        f'href="/desk/inbox/{conversation.pk}/"'
        not in outsider.get(wrong.get_absolute_url()).content.decode()
    )
    assert f'href="/desk/inbox/{conversation.pk}/"' in desk.get(wrong.get_absolute_url()).content.decode()
