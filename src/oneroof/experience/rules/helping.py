"""Whether a helpful act made a target's figure worse, and what the figure would be without it. Pure.

A case is a conversation. Without the act it either would have counted, or would not have been a case of theirs at
all; where nobody can know which, it is left out, which is the lesser claim.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

SHARES = ("answered", "settled", "own")
TIMED = ("answered", "settled")
HELPED = ("solved", "answered_elsewhere")
A_QUESTION_AND_ITS_ANSWER = 2
NOBODYS = "no_answer_needed"


class Act(StrEnum):
    ASKED = "asked"
    REOPENED = "reopened"
    TAKEN_ON = "taken_on"
    HANDED = "handed"
    RECEIVED = "received"
    ASSISTED = "assisted"
    COMMUNITY = "community"


LEFT_OUT = (Act.TAKEN_ON, Act.HANDED, Act.RECEIVED)
"""Without these the case would not have been theirs, or nobody knows what would have come of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody did something; ``frm`` and ``to`` are the departments of a hand-off, ``outcome`` a closing's."""

    by: int
    at: datetime
    frm: int | None = None
    to: int | None = None
    outcome: str = ""


@dataclass(slots=True)
class Story:
    """One piece of work in a conversation, and what was done in it."""

    key: int
    department_id: int | None
    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None
    handings: list[Told] = field(default_factory=list)
    closings: list[Told] = field(default_factory=list)
    reopenings: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    replies: list[Told] = field(default_factory=list)

    @property
    def is_solved(self) -> bool:
        return self.resolved_at is not None and self.outcome in HELPED

    def reached(self, measure: str) -> datetime | None:
        if measure == "answered":
            return self.answered_at
        return self.resolved_at if self.is_solved else None

    def done_within(self, measure: str, within: timedelta, now: datetime) -> bool | None:
        """None while it may still be."""
        if (reached := self.reached(measure)) is not None:
            return reached - self.opened_at <= within
        is_open = self.resolved_at is None and now - self.opened_at < within
        return None if is_open else False


@dataclass(frozen=True, slots=True)
class Hurt:
    """``key``: the conversation's, or the answer's in the community."""

    key: int
    act: Act
    by: int
    at: datetime

    @property
    def is_left_out(self) -> bool:
        return self.act in LEFT_OUT


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of ``cases`` in percent, or so many a week where there are none."""

    counted: int
    cases: int | None
    weeks: float

    @property
    def value(self) -> float | None:
        if self.cases is None:
            return self.counted / self.weeks
        return 100 * self.counted / self.cases if self.cases else None

    def without(self, hurts: Sequence[Hurt]) -> "Figure":
        left_out = sum(each.is_left_out for each in hurts) if self.cases is not None else 0
        cases = self.cases - left_out if self.cases is not None else None
        return Figure(self.counted + len(hurts) - left_out, cases, self.weeks)


def late(story: Story, measure: str, within: timedelta, ours: Collection[int]) -> Hurt | None:
    """What made it late, of what was missed within the time; None where no helpful act did."""
    for each in (_reopened(story, measure, within), _asked(story, measure, within)):
        if each is not None:
            return each
    return _taken_on(story, measure, within, ours)


def _reopened(story: Story, measure: str, within: timedelta) -> Hurt | None:
    """It had been solved in time, and somebody looked again."""
    if measure != "settled":
        return None
    for closing in story.closings:
        again = next((each for each in story.reopenings if each.at >= closing.at), None)
        if again and closing.outcome in HELPED and closing.at - story.opened_at <= within:
            return Hurt(story.key, Act.REOPENED, again.by, again.at)
    return None


def _asked(story: Story, measure: str, within: timedelta) -> Hurt | None:
    """Two people spoke in notes before the first answer: without that it leaves at the first note."""
    if story.answered_at is None:
        return None
    notes = [each for each in story.notes if story.opened_at <= each.at < story.answered_at]
    if len({each.by for each in notes}) < A_QUESTION_AND_ITS_ANSWER:
        return None
    reached, taken = story.reached(measure), story.answered_at - notes[0].at
    if reached is None or reached - taken - story.opened_at > within:
        return None
    return Hurt(story.key, Act.ASKED, notes[0].by, notes[0].at)


def _taken_on(story: Story, measure: str, within: timedelta, ours: Collection[int]) -> Hurt | None:
    """It came from elsewhere, and would be in time were its clock counted from then."""
    reached = story.reached(measure)
    for each in story.handings:
        is_from_elsewhere = each.by not in ours and each.to in (None, story.department_id)
        if is_from_elsewhere and reached is not None and timedelta() <= reached - each.at <= within:
            return Hurt(story.key, Act.TAKEN_ON, each.by, each.at)
    return None


def handed_on(story: Story, department: int) -> Hurt | None:
    """They brought it to the department that solved it."""
    for each in story.handings:
        if each.frm == department != each.to and each.to == story.department_id and story.is_solved:
            return Hurt(story.key, Act.HANDED, each.by, each.at)
    return None
