"""What follows from what happens in the community."""

from oneroof.community.actions.announcing import tell_addressed
from oneroof.community.actions.hearing import hear, hear_group
from oneroof.community.actions.ideas import tell_of_answer
from oneroof.community.actions.indexing import index_page
from oneroof.community.actions.letters import take_letters
from oneroof.community.actions.looking import look_at_posts, look_at_translations
from oneroof.community.actions.telling import tell_followers, tell_mentioned, tell_of_acceptance
from oneroof.community.actions.telling_owners import tell_owners, tell_owners_of_silence
from oneroof.community.events import (
    AnswerAccepted,
    EntryEdited,
    EntryPublished,
    EntryWithdrawn,
    GroupOpenedOrClosed,
    QuestionUnanswered,
)
from oneroof.community.models import Kind
from oneroof.core.events import subscribe
from oneroof.listening.events import PostsReceived


@subscribe(EntryPublished)
def on_published(event: EntryPublished) -> None:
    hear(event.entry_id)


@subscribe(EntryPublished)
def on_news(event: EntryPublished) -> None:
    if event.kind == Kind.ANNOUNCEMENT:
        tell_addressed(event.entry_id)
    else:
        tell_followers(event.entry_id)


@subscribe(EntryPublished)
def on_tagged_question(event: EntryPublished) -> None:
    if event.kind == Kind.QUESTION:
        tell_owners(event.entry_id)


@subscribe(QuestionUnanswered)
def on_unanswered(event: QuestionUnanswered) -> None:
    tell_owners_of_silence(event.question_id)


@subscribe(EntryPublished)
def on_official_word(event: EntryPublished) -> None:
    if event.kind == Kind.COMMENT:
        tell_of_answer(event.entry_id)


@subscribe(EntryPublished)
def on_text(event: EntryPublished) -> None:
    index_page(event.entry_id)


@subscribe(AnswerAccepted)
def on_accepted(event: AnswerAccepted) -> None:
    tell_of_acceptance(event.answer_id)


@subscribe(EntryPublished)
def on_mentions(event: EntryPublished) -> None:
    tell_mentioned(event.entry_id)


@subscribe(EntryEdited)
def on_other_mentions(event: EntryEdited) -> None:
    tell_mentioned(event.entry_id)


@subscribe(PostsReceived)
def on_letters(event: PostsReceived) -> None:
    take_letters(event.post_ids)


@subscribe(EntryEdited)
def on_edited(event: EntryEdited) -> None:
    hear(event.entry_id)


@subscribe(EntryEdited)
def on_other_text(event: EntryEdited) -> None:
    index_page(event.entry_id)


@subscribe(EntryWithdrawn)
def on_withdrawn(event: EntryWithdrawn) -> None:
    hear(event.entry_id)


@subscribe(GroupOpenedOrClosed)
def on_opened_or_closed(event: GroupOpenedOrClosed) -> None:
    hear_group(event.group_id)


@subscribe(EntryEdited)
def on_changed_original(event: EntryEdited) -> None:
    look_at_translations(event.entry_id)


@subscribe(PostsReceived)
def on_posts(event: PostsReceived) -> None:
    """What customers complain of may say that an article is wrong."""
    look_at_posts(event.post_ids)
