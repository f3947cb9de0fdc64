"""What one reads in Listen is taken to the inbox."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.care.actions.opening import open_conversations
from oneroof.care.actions.taking import NothingToAnswerError, take_post
from oneroof.care.models import Conversation
from oneroof.care.tests.conftest import Hear, said
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, PostKey, Source


def heard(source: Source, *posts: object) -> list[Post]:
    """None of it concerns us, so no conversation is opened."""
    receive_posts(source, posts)  # type: ignore[arg-type]
    ids = list(Post.objects.filter(source=source).values_list("pk", flat=True))
    assert open_conversations(source.pk, ids) == []
    return list(Post.objects.filter(source=source).order_by("said_at"))


@pytest.mark.django_db
def test_a_post_becomes_a_conversation_of_its_author_and_goes_on(
    forum: Source, volunteer: User, hear: Hear
) -> None:
    first, wanted = heard(
        forum,
        said("1", "Tea time", author="other"),
        said("2", "My pot leaks", parent_id="1", minute=1),
    )
    taken = take_post(volunteer, wanted.pk)
    assert (taken.customer_handle, taken.subject, taken.posts_count) == ("tea_lover", "My pot leaks", 2)
    assert taken.state == "open"
    assert AuditEntry.objects.get(verb="conversation.taken_up").actor == volunteer
    (later,) = hear(forum, said("3", "Anyone?", parent_id="2", minute=9))
    assert (later.pk, later.snippet, later.opening_post_id) == (taken.pk, "Anyone?", wanted.pk)
    assert take_post(volunteer, first.pk) == taken
    assert AuditEntry.objects.filter(verb="conversation.taken_up").count() == 1


@pytest.mark.django_db
def test_ours_what_is_unheard_and_whoever_may_not_answer_are_refused(
    forum: Source, agent: User, member: User
) -> None:
    (ours,) = heard(forum, said("1", "Good morning", author="brumi"))
    with pytest.raises(NothingToAnswerError):
        take_post(agent, ours.pk)
    with pytest.raises(PostKey.DoesNotExist):
        take_post(agent, ours.pk + 1_000)
    with pytest.raises(NotAllowed):
        take_post(member, ours.pk)
    assert not Conversation.objects.exists()


@pytest.mark.django_db
def test_listen_offers_it_and_then_leads_to_it(forum: Source, agent: User, client: Client) -> None:
    ours, post = heard(forum, said("0", "Hi", author="brumi"), said("1", "My pot leaks", minute=1))
    client.force_login(agent)
    page = f"/desk/listen/posts/{post.pk}/"
    door = f"/desk/inbox/posts/{post.pk}/"
    assert f'action="{door}"' in client.get(page).text
    assert "Take to the inbox" not in client.get(f"/desk/listen/posts/{ours.pk}/").text
    assert post.identity
    assert f"/desk/people/{post.identity.person_id}/" in client.get(page).text
    answer = client.post(door)
    conversation = Conversation.objects.get()
    assert answer.headers["Location"] == f"/desk/inbox/{conversation.pk}/"
    html = client.get(page).text
    assert f'href="/desk/inbox/{conversation.pk}/"' in html
    assert "Take to the inbox" not in html
    assert client.get(door).status_code == 405
    assert client.post("/desk/inbox/posts/999999/").status_code == 404
    refused = client.post(f"/desk/inbox/posts/{ours.pk}/", follow=True)
    assert "This post is our own" in refused.text


@pytest.mark.django_db
def test_outsiders_find_no_door(forum: Source, member: User, client: Client) -> None:
    (post,) = heard(forum, said("1", "My pot leaks"))
    for login in (lambda: None, lambda: client.force_login(member)):
        login()
        assert client.post(f"/desk/inbox/posts/{post.pk}/").status_code == 404
    assert not Conversation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_take_at_once_take_one(forum: Source, agent: User, volunteer: User) -> None:
    (post,) = heard(forum, said("1", "My pot leaks"))

    def take(user: User) -> int:
        try:
            return take_post(user, post.pk).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        assert len(set(both.map(take, (agent, volunteer)))) == 1
    assert Conversation.objects.count() == 1


@pytest.mark.django_db
def test_every_deed_of_an_action_has_words_in_the_audit(forum: Source, lead: User, client: Client) -> None:
    (post,) = heard(forum, said("1", "My pot leaks"))
    conversation = take_post(lead, post.pk)
    client.force_login(lead)
    html = client.get("/desk/settings/audit/").text
    assert ">took it to the inbox</a>" in html
    assert f"conversation {conversation.pk}</div>" in html
    assert ">conversation.taken_up<" not in html
