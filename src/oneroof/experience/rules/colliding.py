"""A target's figure, and which helpful acts made it worse. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from oneroof.experience.rules.helping import NOBODYS, Act, Figure, Hurt, Story, handed_on, late

WEEK = timedelta(days=7)
LEAST_WEEKS = 1 / 7


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody of elsewhere helped in a conversation that was solved."""

    key: int
    by: int
    ways: frozenset[str]

    @property
    def is_work(self) -> bool:
        """What one once wrote for the community may carry an answer without one's doing."""
        return bool(self.ways - {"carried"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Accepted, in the community."""

    key: int
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What all targets are checked against, read once; ``belongs``: people by department."""

    stories: Sequence[Story]
    helps: Sequence[Help]
    answers: Sequence[Answer]
    belongs: Mapping[int, frozenset[int]]
    now: datetime


@dataclass(frozen=True, slots=True)
class Aim:
    """What is asked of a department, or else of a person."""

    measure: str
    within: timedelta
    department_id: int | None
    user_id: int | None
    start: datetime
    end: datetime

    def weeks(self, now: datetime) -> float:
        return max((min(self.end, now) - self.start) / WEEK, LEAST_WEEKS)

    def spans(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    def people(self, known: Known) -> frozenset[int]:
        if self.user_id is not None:
            return frozenset([self.user_id])
        return known.belongs.get(self.department_id or 0, frozenset())

    def has(self, story: Story) -> bool:
        """A person's are those that they answered, as on their page."""
        if story.outcome == NOBODYS:
            return False
        if self.user_id is None:
            return story.department_id == self.department_id
        return any(each.by == self.user_id for each in story.replies)


type Found = tuple[Figure, list[Hurt]]


def check(aim: Aim, known: Known) -> Found:
    """Each case is hurt once at most, by the act that is told first."""
    return CHECKS[aim.measure](aim, known)


def _timed(aim: Aim, known: Known) -> Found:
    ours, hurts, counted, cases = aim.people(known), [], 0, 0
    for story in known.stories:
        in_time = story.done_within(aim.measure, aim.within, known.now)
        if in_time is None or not aim.spans(story.opened_at) or not aim.has(story):
            continue
        cases, counted = cases + 1, counted + in_time
        if not in_time and (hurt := late(story, aim.measure, aim.within, ours)):
            hurts.append(hurt)
    return Figure(counted, cases, aim.weeks(known.now)), hurts


def _own(aim: Aim, known: Known) -> Found:
    """What they brought to the department that solved it is a case of theirs, too, which they did not solve."""
    helped = {each.key: each for each in known.helps if each.is_work}
    ended = [each for each in known.stories if aim.spans(each.resolved_at) and aim.has(each)]
    solved = [each for each in ended if each.is_solved]
    hurts = [
        Hurt(each.key, Act.RECEIVED, helped[each.key].by, each.resolved_at)
        for each in solved
        if each.key in helped and each.resolved_at
    ]
    elsewhere = [each for each in known.stories if aim.spans(each.resolved_at) and not aim.has(each)]
    given = [hurt for each in elsewhere if (hurt := handed_on(each, aim.department_id or 0))]
    figure = Figure(len(solved) - len(hurts), len(ended) + len(given), aim.weeks(known.now))
    return figure, [*given, *hurts]


def _ended(aim: Aim, known: Known) -> Found:
    theirs = [each for each in known.stories if aim.has(each)]
    counted = sum(aim.spans(each.resolved_at) for each in theirs)
    again = [hurt for each in theirs if each.resolved_at is None and (hurt := _undone(each, aim))]
    counts_already = {"replied"} if aim.user_id is not None else set()
    return Figure(counted, None, aim.weeks(known.now)), [*again, *_elsewhere(aim, known, counts_already)]


def _replies(aim: Aim, known: Known) -> Found:
    ours = aim.people(known)
    sent = [each for story in known.stories for each in story.replies if each.by in ours]
    counted = sum(aim.spans(each.at) for each in sent)
    return Figure(counted, None, aim.weeks(known.now)), list(_elsewhere(aim, known, {"replied"}))


def _undone(story: Story, aim: Aim) -> Hurt | None:
    """It had been closed in these days, and somebody looked again."""
    for closing in story.closings:
        again = next((each for each in story.reopenings if each.at >= closing.at), None)
        if again and aim.spans(closing.at):
            return Hurt(story.key, Act.REOPENED, again.by, again.at)
    return None


def _elsewhere(aim: Aim, known: Known, counts_already: set[str]) -> Iterator[Hurt]:
    """Where pieces of work are counted, help took the place of one: a conversation's help of one."""
    ours, seen = aim.people(known), set()
    ended = {each.key: each.resolved_at for each in known.stories if aim.spans(each.resolved_at)}
    for each in known.helps:
        at = ended.get(each.key)
        if (
            at
            and each.by in ours
            and each.is_work
            and not each.ways & counts_already
            and each.key not in seen
        ):
            seen.add(each.key)
            yield Hurt(each.key, Act.HANDED if "handed" in each.ways else Act.ASSISTED, each.by, at)
    for answer in known.answers:
        if answer.by in ours and aim.spans(answer.at):
            yield Hurt(answer.key, Act.COMMUNITY, answer.by, answer.at)


CHECKS: dict[str, Callable[[Aim, Known], Found]] = {
    "answered": _timed,
    "settled": _timed,
    "own": _own,
    "ended": _ended,
    "replies": _replies,
}
