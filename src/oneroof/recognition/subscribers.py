"""The ledger listens to the rooms below."""

from oneroof.care.events import ReplySent
from oneroof.community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    EntryEdited,
    EntryPublished,
    EntryWithdrawn,
    MembersMerged,
    ReportsOverturned,
    ReportsUpheld,
    VoteChanged,
)
from oneroof.core.events import subscribe
from oneroof.recognition.actions.ledger import settle_entry, settle_reply
from oneroof.recognition.actions.routing import offer_others
from oneroof.recognition.actions.standing import stand_again


@subscribe(AnswerAccepted)
def on_accepted(event: AnswerAccepted) -> None:
    settle_entry(event.answer_id)
    offer_others(event.question_id)


@subscribe(AnswerUnaccepted)
def on_unaccepted(event: AnswerUnaccepted) -> None:
    settle_entry(event.answer_id)


@subscribe(VoteChanged)
def on_vote(event: VoteChanged) -> None:
    settle_entry(event.entry_id)


@subscribe(EntryPublished)
def on_published(event: EntryPublished) -> None:
    settle_entry(event.entry_id)


@subscribe(EntryEdited)
def on_edited(event: EntryEdited) -> None:
    settle_entry(event.entry_id)


@subscribe(EntryWithdrawn)
def on_withdrawn(event: EntryWithdrawn) -> None:
    settle_entry(event.entry_id)


@subscribe(ReportsUpheld)
def on_upheld(event: ReportsUpheld) -> None:
    settle_entry(event.entry_id)


@subscribe(ReportsOverturned)
def on_overturned(event: ReportsOverturned) -> None:
    settle_entry(event.entry_id)


@subscribe(ReplySent)
def on_reply_sent(event: ReplySent) -> None:
    settle_reply(event.reply_id)


@subscribe(MembersMerged)
def on_merged(event: MembersMerged) -> None:
    stand_again(event.member_id)
