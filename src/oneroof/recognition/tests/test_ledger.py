"""Every point has a source, comes once, and goes with it."""

from collections.abc import Callable

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.community.models import Entry, Kind, Member, Revision, Status, Vote
from oneroof.core import clock
from oneroof.recognition.actions.ledger import settle_all, settle_entry, settle_reply, take_back
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Badge, Contribution, Standing
from oneroof.recognition.queries.record import topics_of

pytestmark = pytest.mark.django_db
type Make = Callable[..., Entry]


def lines() -> list[tuple[str, int]]:
    return list(Contribution.objects.standing().order_by("pk").values_list("source", "points"))


def test_an_accepted_answer_counts_once_however_often_it_is_told(answer: Make, helper: Member) -> None:
    given = answer()
    for _ in range(3):
        settle_entry(given.pk)
    assert lines() == [(f"answer:{given.pk}", 15)]
    assert Standing.objects.get(member=helper).points == 15
    helper.refresh_from_db()
    assert helper.trust == 1
    assert list(Badge.objects.values_list("key", flat=True)) == ["solved"]


def test_what_is_taken_back_at_its_source_goes_and_comes_again(answer: Make, helper: Member) -> None:
    given = answer()
    settle_entry(given.pk)
    Entry.objects.filter(pk=given.pk).update(accepted_at=None)
    settle_entry(given.pk)
    assert lines() == []
    helper.refresh_from_db()
    assert helper.trust == 0
    assert not Badge.objects.exists()
    Entry.objects.filter(pk=given.pk).update(accepted_at=clock.now())
    settle_entry(given.pk)
    assert len(lines()) == 1
    assert Contribution.objects.count() == 2, "the old line stays, revoked"


def test_nothing_is_given_for_ones_own_word(
    answer: Make, question: Make, helper: Member, vote: Callable[[Entry, Member], Vote]
) -> None:
    mine = answer(question(author=helper))
    vote(mine, helper)
    settle_entry(mine.pk)
    assert lines() == []


def test_votes_of_known_members_count_and_hidden_ones_do_not(
    answer: Make, asker: Member, vote: Callable[[Entry, Member], Vote]
) -> None:
    given = answer(accepted=False)
    known = vote(given, asker)
    Vote.objects.create(entry=given, member=None, what=Vote.What.UP)
    settle_entry(given.pk)
    assert lines() == [(f"vote:{known.pk}", 2)]
    known.delete()
    settle_entry(given.pk)
    assert lines() == []


def test_an_article_counts_when_written_and_when_kept_fresh(question: Make, helper: Member) -> None:
    article = question("How to", kind=Kind.ARTICLE, status=Status.PUBLISHED, author=helper)
    Entry.objects.filter(pk=article.pk).update(created_at=clock.ago(days=100))
    for number, days in ((2, 99), (3, 10)):
        Revision.objects.create(
            entry=article, number=number, body="x", author=helper, at=clock.ago(days=days)
        )
    settle_entry(article.pk)
    fresh = Revision.objects.get(number=3)
    assert lines() == [(f"article:{article.pk}", 10), (f"revision:{fresh.pk}", 10)]


def test_a_deleted_or_held_entry_gives_nothing(answer: Make) -> None:
    given = answer()
    settle_entry(given.pk)
    Entry.objects.filter(pk=given.pk).update(held_at=clock.now())
    settle_entry(given.pk)
    assert lines() == []


def test_a_rebuild_ends_in_the_same_ledger(answer: Make, question: Make, helper: Member) -> None:
    answer()
    question("Better lid", kind=Kind.IDEA, status=Status.ADOPTED, author=helper)
    settle_all()
    first = lines()
    Contribution.objects.all().delete()
    settle_all()
    settle_all()
    assert lines() == first
    assert len(first) == 2


def test_a_lead_takes_back_for_good(answer: Make, lead: User, helper: Member) -> None:
    given = answer()
    settle_entry(given.pk)
    row = Contribution.objects.get()
    assert take_back(lead, [row.pk], because="A favour among friends") == 1
    assert take_back(lead, [row.pk], because="again") == 0
    settle_all()
    assert lines() == []
    assert Standing.objects.get(member=helper).points == 0
    assert AuditEntry.objects.filter(verb="contribution.taken_back").count() == 1


def test_taking_back_needs_a_lead_and_a_reason(answer: Make, lead: User, agent: User, member: User) -> None:
    settle_entry(answer().pk)
    row = Contribution.objects.get()
    for actor in (agent, member):
        with pytest.raises(NotAllowed):
            take_back(actor, [row.pk], because="No")
    with pytest.raises(RecognitionError):
        take_back(lead, [row.pk], because=" ")
    assert len(lines()) == 1


def test_trust_that_a_person_set_is_left_alone(answer: Make, helper: Member) -> None:
    settle_entry(answer().pk)
    Member.objects.filter(pk=helper.pk).update(trust=4)
    settle_entry(answer().pk)
    helper.refresh_from_db()
    assert helper.trust == 4


def test_reputation_is_per_topic_and_a_private_group_tells_nobody(
    answer: Make, question: Make, helper: Member, space: object
) -> None:
    for _ in range(2):
        settle_entry(answer(question("Leak", "valves")).pk)
    assert [(topic.name, topic.points, topic.accepted) for topic in topics_of(helper, None)] == [
        ("valves", 30, 2)
    ]
    space.visibility = "secret"
    space.save()
    assert topics_of(helper, None) == []


def test_a_volunteers_reply_counts_an_agents_does_not(volunteer: User, agent: User, sent: Callable) -> None:
    for author in (volunteer, agent):
        reply = sent(author)
        settle_reply(reply.pk)
        settle_reply(reply.pk)
    assert [points for _source, points in lines()] == [5]
    Reply.objects.update(state=ReplyState.WITHDRAWN)
    settle_reply(Reply.objects.get(author=volunteer).pk)
    assert lines() == []


@pytest.fixture
def sent(db: None) -> Callable[[User], Reply]:
    from oneroof.care.actions.opening import open_conversations
    from oneroof.listening.actions.receive import receive_posts
    from oneroof.listening.models import Post, Source
    from oneroof.listening.sources.base import RawPost

    def send(author: User) -> Reply:
        source = Source.objects.create(network="files", name=f"forum {author.pk}", our_handles=["brumi"])
        receive_posts(
            source, [RawPost(external_id="1", author_handle="x", text="@brumi help", created_at=clock.now())]
        )
        post = Post.objects.get(source=source)
        conversation = Conversation.objects.filter(source=source).first()
        if conversation is None:
            open_conversations(source.pk, [post.pk])
            conversation = Conversation.objects.filter(source=source).first()
        return Reply.objects.create(
            conversation=conversation,
            source=source,
            post_id=post.pk,
            author=author,
            text="Turn it.",
            state=ReplyState.SENT,
            key=f"k{author.pk}",
            claim_token=1,
            sent_at=clock.now(),
        )

    return send
