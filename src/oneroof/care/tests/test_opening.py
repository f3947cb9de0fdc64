"""Threads with something for us become conversations: one each, whatever comes first."""

from datetime import timedelta

import pytest

from oneroof.accounts.models import Department, User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.opening import open_conversations, refresh_conversations
from oneroof.care.actions.states import close_conversation, snooze
from oneroof.care.models import CareSettings, Conversation, PastWork, State
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.core.testing.jobs import run_jobs
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.board import next_version
from oneroof.listening.models import Post, Source, Watch
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


def at(minute: float) -> object:
    return clock.frozen_at(START + timedelta(minutes=minute))


def watch(owner: User, query: str, department: Department | None = None) -> Watch:
    return Watch.objects.create(
        name=query, query=query, owner=owner, department=department, version=next_version()
    )


def test_a_private_message_opens_a_conversation_with_what_a_list_shows(form: Source, hear: Hear) -> None:
    with at(5):
        opened = hear(form, said("1", "Hello,\n my kettle leaks. What now?", author_name="Tea Lover"))
    conversation = opened[0]
    assert conversation.subject == "Hello, my kettle leaks. What now?"
    assert (conversation.customer_name, conversation.customer_handle) == ("Tea Lover", "tea_lover")
    assert (conversation.state, conversation.posts_count, conversation.lang) == ("open", 1, "en")
    assert conversation.opened_at == conversation.awaiting_since == START
    assert conversation.need > 0
    assert conversation.first_due_at is not None
    assert conversation.policy["priority"] == conversation.priority


def test_public_talk_opens_one_only_where_it_concerns_us(forum: Source, agent: User, hear: Hear) -> None:
    watch(agent, "kettle leak*")
    opened = hear(
        forum,
        said("1", "Nice weather."),
        said("2", "My kettle leaks", minute=1),
        said("3", "@brumi help!", minute=2),
        said("4", "@brumi hello all", author="brumi", minute=3),
    )
    assert [each.subject for each in opened] == ["My kettle leaks", "@brumi help!"]


def test_a_thread_is_one_conversation_however_often_it_is_told(form: Source, hear: Hear) -> None:
    hear(form, said("1"), said("2", "Anyone?", parent_id="1", minute=3))
    hear(form, said("3", "Hello?", parent_id="2", minute=5))
    ids = list(Post.objects.values_list("pk", flat=True))
    open_conversations(form.pk, ids)
    open_conversations(form.pk, ids)
    conversation = Conversation.objects.get()
    assert (conversation.posts_count, conversation.snippet) == (3, "Hello?")
    assert conversation.awaiting_since == START


def test_our_word_at_the_source_answers_it(forum: Source, hear: Hear) -> None:
    hear(forum, said("1", "@brumi help!"))
    hear(forum, said("2", "We are on it.", author="brumi", parent_id="1", minute=30))
    conversation = Conversation.objects.get()
    assert conversation.state == State.WAITING
    assert conversation.first_response_at == START + timedelta(minutes=30)
    assert conversation.awaiting_since is None


def test_the_customers_next_word_makes_it_ours_again(forum: Source, hear: Hear) -> None:
    hear(forum, said("1", "@brumi help!"), said("2", "Try this.", author="brumi", parent_id="1", minute=9))
    hear(forum, said("3", "It does not work.", parent_id="2", minute=20))
    conversation = Conversation.objects.get()
    assert conversation.state == State.OPEN
    assert conversation.awaiting_since == START + timedelta(minutes=20)
    assert conversation.first_response_at == START + timedelta(minutes=9)


def test_what_others_say_to_one_another_is_no_work_for_us(forum: Source, hear: Hear) -> None:
    hear(forum, said("1", "@brumi help!"), said("2", "Try this.", author="brumi", parent_id="1", minute=9))
    hear(forum, said("3", "Me too", author="bystander", parent_id="1", minute=20))
    assert Conversation.objects.get().state == State.WAITING


def test_a_late_parent_gives_the_conversation_its_thread(form: Source, hear: Hear) -> None:
    hear(form, said("2", "And it hisses.", parent_id="1", minute=4))
    hear(form, said("1", "It leaks."))
    conversation = Conversation.objects.get()
    assert (conversation.subject, conversation.posts_count) == ("It leaks.", 2)
    assert conversation.opened_at == START


def test_a_word_soon_after_closing_reopens_the_same_work(
    conversation: Conversation, form: Source, agent: User, hear: Hear
) -> None:
    with at(60):
        close_conversation(agent, conversation.pk, "solved")
    with at(120):
        hear(form, said("2", "Still leaking!", parent_id="1", minute=119))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.outcome, conversation.resolved_at) == ("open", None, None)
    assert conversation.opened_at == START
    assert not PastWork.objects.exists()


def test_a_word_long_after_closing_is_new_work_in_the_same_conversation(
    conversation: Conversation, form: Source, agent: User, hear: Hear
) -> None:
    CareSettings.objects.create(reopen_days=2)
    with at(60):
        close_conversation(agent, conversation.pk, "solved")
    late = 60 * 24 * 5
    with at(late + 1):
        hear(form, said("2", "Another thing", parent_id="1", minute=late))
        hear(form, said("2", "Another thing", parent_id="1", minute=late))
    conversation.refresh_from_db()
    assert conversation.opened_at == START + timedelta(minutes=late)
    assert conversation.first_response_at is None
    assert conversation.first_due_at is not None
    assert conversation.first_due_at > conversation.opened_at
    past = PastWork.objects.get()
    assert (past.outcome, past.resolved_at) == ("solved", START + timedelta(minutes=60))


def test_a_word_wakes_what_was_snoozed(
    conversation: Conversation, form: Source, agent: User, hear: Hear
) -> None:
    with at(5):
        snooze(agent, conversation.pk, START + timedelta(days=3))
    hear(form, said("2", "Hello?", parent_id="1", minute=30))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == ("open", None)


def test_the_watchs_department_gets_it_before_the_sources(forum: Source, agent: User, hear: Hear) -> None:
    product, _ = Department.objects.get_or_create(slug="product", defaults={"name": "Product"})
    care, _ = Department.objects.get_or_create(slug="care", defaults={"name": "Care"})
    forum.department = care
    forum.save(update_fields=["department"])
    watch(agent, "seal*", product)
    seals, lid = hear(forum, said("1", "The seal broke"), said("2", "@brumi the lid broke", minute=1))
    assert (seals.department, lid.department) == (product, care)


def test_a_risk_is_marked_urgent_and_leads_are_told(form: Source, lead: User, hear: Hear) -> None:
    post = said("1", "This is terrible, awful, the worst. I hate it.", followers=90_000)
    (conversation,) = hear(form, post)
    assert (conversation.is_at_risk, conversation.priority) == (True, "urgent")
    assert conversation.risk_reasons[0]["code"] == "detractor_with_reach"
    assert Notice.objects.filter(user=lead, kind="risk").count() == 1


def test_an_edited_post_changes_what_the_list_shows(
    conversation: Conversation, form: Source, agent: User
) -> None:

    claim_conversation(agent, conversation.pk)
    receive_posts(form, [said("1", "It leaks, and it smokes!", edited_at=START + timedelta(hours=1))])
    refresh_conversations(form.pk, [conversation.opening_post_id])
    conversation.refresh_from_db()
    assert conversation.subject == "It leaks, and it smokes!"
    assert conversation.claimant == agent


@pytest.mark.django_db(transaction=True)
def test_a_heard_post_opens_its_conversation_through_the_worker() -> None:
    source = Source.objects.create(
        network="webhook", name="form", settings={"reply_url": "http://x.example/"}
    )
    receive_posts(source, [said("2", "And it hisses.", parent_id="1", minute=4)])
    run_jobs()
    receive_posts(source, [said("1")])
    run_jobs()
    assert Conversation.objects.get().posts_count == 2


def test_a_row_shows_the_words_of_whom_it_is_named_after(forum: Source, hear: Hear) -> None:
    (one,) = hear(
        forum,
        said("1", "@brumi the base is smoking", author="hobbs"),
        said("2", "@brumi mine is lovely", author="fan", parent_id="1", minute=2),
    )
    assert (one.customer_handle, one.snippet) == ("hobbs", "@brumi the base is smoking")
    hear(forum, said("3", "Still smoking", author="hobbs", parent_id="1", minute=4))
    one.refresh_from_db()
    assert one.snippet == "Still smoking"
