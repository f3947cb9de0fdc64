"""What happens in the community. Every event names the entry; whoever needs more looks it up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryPublished:
    """An entry can be read for the first time: a question, an answer, an article, an idea, a comment."""

    entry_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class EntryEdited:
    entry_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class EntryWithdrawn:
    """Deleted, held back or merged away: it can no longer be read at its old place."""

    entry_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class GroupOpenedOrClosed:
    """Who reads in a group changed, or whether it is heard."""

    group_id: int


@dataclass(frozen=True, slots=True)
class ReportsUpheld:
    """A moderator took away what was reported: whoever reported it was right."""

    entry_id: int
    report_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportsOverturned:
    """It stands again, or an appeal over it was granted: whoever reported it was not right after all."""

    entry_id: int
    report_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuestionUnanswered:
    """Nobody answered it within the time that its group allows."""

    question_id: int


@dataclass(frozen=True, slots=True)
class AnswerAccepted:
    """By its asker, a moderator, or enough people for whom it works too."""

    answer_id: int
    question_id: int


@dataclass(frozen=True, slots=True)
class AnswerUnaccepted:
    answer_id: int
    question_id: int


@dataclass(frozen=True, slots=True)
class VoteChanged:
    """A member's word on an entry came, changed or went; ``value`` is +1, -1, or 0 where it was taken back."""

    entry_id: int
    member_id: int
    what: str
    value: int


@dataclass(frozen=True, slots=True)
class MembersMerged:
    """What another account did before is this member's now."""

    member_id: int
