"""How long people waited for a human's answer and for a solution, in the inbox and in the community."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.care.models import Conversation, Outcome
from oneroof.care.queries.waits import Work, WorkingTime, usual_hours, working_times, works
from oneroof.community.models import Entry, Status
from oneroof.community.models import Kind as EntryKind
from oneroof.core import clock
from oneroof.core.pagination import LIMIT, Page, decode_numbers, encode_cursor
from oneroof.experience.rules.waits import Measured, Wait, measure

PLACES = {"inbox": _("Inbox"), "community": _("Community")}
CLOCKS = {"answer": _("First human answer"), "solution": _("Solution")}
STATES = {"reached": _("reached"), "waiting": _("still waiting"), "ended": _("ended without")}


@dataclass(frozen=True, slots=True)
class Block:
    """One clock in one place, as a page shows it."""

    place: str
    clock: str
    measured: Measured

    @property
    def where(self) -> str | Promise:
        return PLACES[self.place]

    @property
    def what(self) -> str | Promise:
        return CLOCKS[self.clock]


@dataclass(frozen=True, slots=True)
class Row:
    """What a figure was counted from."""

    title: str
    url: str
    at: datetime
    minutes: float
    worked: float
    state: str | Promise


def response(start: datetime, end: datetime) -> list[Block]:
    """Of what began from ``start`` on and before ``end``."""
    return [
        Block(place, name, measure(waits))
        for place, found in (("inbox", _inbox(start, end)), ("community", _community(start, end)))
        for name, waits in found.items()
    ]


def response_rows(
    start: datetime, end: datetime, place: str, name: str, state: str, cursor: str | None = None
) -> Page[Row]:
    """The waits behind one figure, those that began last first. Raises CursorError."""
    found = (_inbox if place == "inbox" else _community)(start, end)[name]
    kept = sorted((each for each in found if state in ("", each.state)), key=lambda each: -each.key)
    first = decode_numbers(cursor, 1)[0] if cursor else 0
    rows = (_of_inbox if place == "inbox" else _of_community)(kept[first : first + LIMIT])
    return Page(rows, encode_cursor(first + LIMIT) if len(kept) > first + LIMIT else None)


def _inbox(start: datetime, end: datetime) -> dict[str, list[Wait]]:
    """A wait for an answer ends with the work; one that we could not solve ended without a solution."""
    found, now = works(start, end), clock.now()
    times = working_times([(each.hours, each.opened_at) for each in found])
    answer, solution = [], []
    for each in found:
        time = times[each.hours]
        answer.append(
            _wait(each.conversation_id, each.opened_at, each.first_response_at, each.resolved_at, time, now)
        )
        solved = each.resolved_at if _is_solved(each) else None
        solution.append(_wait(each.conversation_id, each.opened_at, solved, each.resolved_at, time, now))
    return {"answer": answer, "solution": solution}


def _is_solved(work: Work) -> bool:
    return work.outcome in (Outcome.SOLVED, Outcome.ANSWERED_ELSEWHERE)


def _community(start: datetime, end: datetime) -> dict[str, list[Wait]]:
    """Of questions that everyone may read; what was asked before is left to the page where it was."""
    questions = list(_questions(start, end).values_list("pk", "author_id", "created_at"))
    first, solved = _answers({pk: who for pk, who, _at in questions})
    now = clock.now()
    time = WorkingTime(usual_hours(), start, now)
    return {
        "answer": [_wait(pk, at, first.get(pk), None, time, now) for pk, _who, at in questions],
        "solution": [_wait(pk, at, solved.get(pk), None, time, now) for pk, _who, at in questions],
    }


def _questions(start: datetime, end: datetime) -> Any:
    asked = Entry.objects.visible_to(None).filter(kind=EntryKind.QUESTION).exclude(status=Status.DUPLICATE)
    return asked.filter(created_at__gte=start, created_at__lt=end)


def _answers(askers: dict[int, int | None]) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When somebody else answered first, and when an answer was first said to solve it."""
    first: dict[int, datetime] = {}
    solved: dict[int, datetime] = {}
    answers = Entry.objects.filter(
        kind=EntryKind.ANSWER, root__in=list(askers), deleted_at=None, held_at=None
    )
    for root, who, at, accepted in answers.values_list("root_id", "author_id", "created_at", "accepted_at"):
        if who is None or who != askers[root]:
            first[root] = min(first.get(root, at), at)
        if accepted:
            solved[root] = min(solved.get(root, accepted), accepted)
    return first, solved


def _wait(
    key: int,
    opened: datetime,
    reached: datetime | None,
    ended: datetime | None,
    time: WorkingTime,
    now: datetime,
) -> Wait:
    """What ended before it was reached never was."""
    is_reached = reached is not None and (ended is None or reached <= ended)
    until = (reached if is_reached else ended) or now
    minutes = max((until - opened).total_seconds() / 60, 0.0)
    return Wait(key, minutes, time.minutes(opened, until), is_reached, ended=ended is not None)


def _of_inbox(waits: Sequence[Wait]) -> list[Row]:
    known = Conversation.objects.in_bulk([each.key for each in waits])
    return [
        _row(each, str(known[each.key]), f"/desk/inbox/{each.key}/", known[each.key].opened_at)
        for each in waits
        if each.key in known
    ]


def _of_community(waits: Sequence[Wait]) -> list[Row]:
    known = Entry.objects.in_bulk([each.key for each in waits])
    return [
        _row(each, str(known[each.key]), known[each.key].get_absolute_url(), known[each.key].created_at)
        for each in waits
        if each.key in known
    ]


def _row(wait: Wait, title: str, url: str, at: datetime) -> Row:
    return Row(title, url, at, wait.minutes, wait.worked, STATES[wait.state])
