"""What customers got from each team and person, and the help that was given to other departments.

No handle time, no time on site, no ranks: who takes long over a hard problem, or helps where it is not counted as
theirs, must not look worse for it. An assist is a conversation of another department that was solved after one's
help, once a helper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department, User
from oneroof.care.models import Conversation, Note, Outcome, Reply, ReplyState, UsedPassage
from oneroof.community.models import Entry
from oneroof.community.models import Kind as EntryKind
from oneroof.experience.models import Kind, SurveyAnswer
from oneroof.experience.rules.scores import Estimate, csat

SATISFIED = 4
HELPED = (Outcome.SOLVED, Outcome.ANSWERED_ELSEWHERE)
WAYS = {
    "handed": _("brought it to the right department"),
    "noted": _("told colleagues in a note"),
    "replied": _("answered the customer"),
    "carried": _("wrote what the answer carried"),
}
type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Assist:
    user_id: int
    department_id: int
    conversation_id: int
    ways: tuple[str, ...]

    @property
    def words(self) -> list[str | Promise]:
        return [WAYS[way] for way in self.ways]


@dataclass(slots=True)
class Outcomes:
    """Of a team or a person: conversations that ended, by number."""

    ended: list[int] = field(default_factory=list)
    solved: list[int] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    """Scores, by the number of the answer."""
    accepted: list[int] = field(default_factory=list)
    given: list[Assist] = field(default_factory=list)
    received: list[Assist] = field(default_factory=list)

    @property
    def share(self) -> Estimate | None:
        return csat(len(self.solved), len(self.ended))

    @property
    def satisfied(self) -> Estimate | None:
        return csat(sum(score >= SATISFIED for score in self.answers.values()), len(self.answers))


def teams(span: Span) -> list[tuple[Department, Outcomes]]:
    """By name."""
    found = {each.pk: (each, Outcomes()) for each in Department.objects.order_by("name")}
    told = _scores(span)
    ended = list(_ended(span))
    for pk, department, outcome in ended:
        if department in found:
            _add(found[department][1], pk, outcome, told)
    belongs = _departments()
    for user_id, entries in _accepted(span).items():
        for department in belongs.get(user_id, ()):
            found[department][1].accepted += entries
    for assist in assists(span):
        found[assist.department_id][1].received.append(assist)
        for department in belongs.get(assist.user_id, ()):
            found[department][1].given.append(assist)
    return list(found.values())


def person(user: User, span: Span) -> Outcomes:
    """Conversations in which they answered."""
    found, told = Outcomes(), _scores(span)
    theirs = set(
        Reply.objects.filter(author=user, state=ReplyState.SENT).values_list("conversation", flat=True)
    )
    for pk, _department, outcome in _ended(span):
        if pk in theirs:
            _add(found, pk, outcome, told)
    found.accepted = _accepted(span).get(user.pk, [])
    found.given = [each for each in assists(span) if each.user_id == user.pk]
    return found


def assists(span: Span) -> list[Assist]:
    """Of conversations that were solved within the span, the latest first."""
    solved = {pk: department for pk, department, outcome in _ended(span) if department and outcome in HELPED}
    belongs = _departments()
    ways: dict[tuple[int, int], set[str]] = {}
    for user_id, conversation_id, way in _help(list(solved)):
        if solved[conversation_id] not in belongs.get(user_id, ()):
            ways.setdefault((conversation_id, user_id), set()).add(way)
    return [
        Assist(
            user_id, solved[conversation_id], conversation_id, tuple(each for each in WAYS if each in told)
        )
        for (conversation_id, user_id), told in sorted(ways.items(), reverse=True)
    ]


def _help(conversations: list[int]) -> Iterator[tuple[int, int, str]]:
    """Who helped where, and how."""
    rows: tuple[tuple[str, Iterable[tuple[int | None, int]]], ...] = (
        (
            "handed",
            Conversation.objects.filter(pk__in=conversations).values_list("first_helper", "pk"),
        ),
        ("noted", Note.objects.filter(conversation__in=conversations).values_list("author", "conversation")),
        (
            "replied",
            Reply.objects.filter(conversation__in=conversations, state=ReplyState.SENT).values_list(
                "author", "conversation"
            ),
        ),
        (
            "carried",
            UsedPassage.objects.filter(reply__conversation__in=conversations).values_list(
                "entry__author__user", "reply__conversation"
            ),
        ),
    )
    for way, told in rows:
        for user_id, conversation_id in told:
            if user_id is not None:
                yield user_id, conversation_id, way


def _ended(span: Span) -> Iterator[tuple[int, int | None, str | None]]:
    """What asked for no answer was nobody's to solve."""
    ended = Conversation.objects.whole().filter(resolved_at__gte=span[0], resolved_at__lt=span[1])
    asked = ended.exclude(outcome=Outcome.NO_ANSWER_NEEDED).order_by("-pk")
    yield from asked.values_list("pk", "department_id", "outcome")


def _add(found: Outcomes, pk: int, outcome: str | None, told: dict[int, dict[int, int]]) -> None:
    found.ended.append(pk)
    found.answers |= told.get(pk, {})
    if outcome in HELPED:
        found.solved.append(pk)


def _scores(span: Span) -> dict[int, dict[int, int]]:
    """What customers answered about a conversation."""
    about = SurveyAnswer.objects.filter(
        kind=Kind.CSAT, answered_at__gte=span[0], invitation__about__startswith="conversation "
    )
    found: dict[int, dict[int, int]] = {}
    for words, pk, score in about.values_list("invitation__about", "pk", "score"):
        found.setdefault(int(words.rpartition(" ")[2]), {})[pk] = score
    return found


def _accepted(span: Span) -> dict[int, list[int]]:
    """Answers of theirs in the community that were said to solve a question, the latest first."""
    rows = Entry.objects.filter(
        kind=EntryKind.ANSWER,
        accepted_at__gte=span[0],
        accepted_at__lt=span[1],
        deleted_at=None,
        author__user__isnull=False,
    )
    found: dict[int, list[int]] = {}
    for user_id, pk in rows.order_by("-accepted_at", "-pk").values_list("author__user", "pk"):
        found.setdefault(user_id, []).append(pk)
    return found


def _departments() -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for user_id, department in User.departments.through.objects.values_list("user", "department"):
        found.setdefault(user_id, set()).add(department)
    return found
