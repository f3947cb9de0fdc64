"""Targets held against the cases: which helpful acts made a figure worse, and what it would be without them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.community.models import Entry
from oneroof.community.models import Kind as EntryKind
from oneroof.core import clock
from oneroof.experience.models import Target
from oneroof.experience.queries.stories import stories
from oneroof.experience.queries.teams import assists
from oneroof.experience.rules.colliding import Aim, Answer, Help, Known, check
from oneroof.experience.rules.helping import Act, Figure, Hurt

ACTS: dict[Act, str | Promise] = {
    Act.ASKED: _("asked colleagues before the first answer"),
    Act.REOPENED: _("looked at it again after it had been closed"),
    Act.TAKEN_ON: _("brought it here, its clock running"),
    Act.HANDED: _("brought it to the department that solved it"),
    Act.RECEIVED: _("helped from another department"),
    Act.ASSISTED: _("helped another department"),
    Act.COMMUNITY: _("answered in the community"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    target: Target
    figure: Figure
    hurts: Sequence[Hurt]

    @property
    def without(self) -> Figure:
        """Had no helpful act counted against it."""
        return self.figure.without(self.hurts)

    @property
    def is_reached(self) -> bool:
        return _reaches(self.figure, self.target)

    @property
    def is_missed_for_helping(self) -> bool:
        return not self.is_reached and _reaches(self.without, self.target)

    @property
    def collides(self) -> bool:
        return len(self.hurts) > self.target.tolerated


@dataclass(frozen=True, slots=True)
class Case:
    """A helpful act with its row, and the figure without it alone."""

    title: str
    url: str
    who: str
    what: str | Promise
    at: datetime
    without: float
    change: float


def targets_seen_by(user: User) -> QuerySet[Target]:
    """A department's by everybody at the desk; a person's by themselves and the leads."""
    found = Target.objects.select_related("department", "user")
    return found if user.may(Permission.STEER) else found.filter(Q(user=None) | Q(user=user))


def checked(targets: Iterable[Target]) -> list[Checked]:
    """As many queries for one as for many."""
    found = list(targets)
    if not found:
        return []
    known = _known(min(_start(each.starts_on) for each in found))
    return [Checked(each, *check(_aim(each), known)) for each in found]


def cases(told: Checked, reader: User | None) -> list[Case]:
    """The latest first; of an answer that this reader may not read, no more than that it was one."""
    hurts = sorted(told.hurts, key=lambda each: each.at, reverse=True)
    in_community = [each.key for each in hurts if each.act == Act.COMMUNITY]
    in_inbox = [each.key for each in hurts if each.act != Act.COMMUNITY]
    answers = Entry.objects.visible_to(reader).select_related("root").in_bulk(in_community)
    conversations = Conversation.objects.in_bulk(in_inbox)
    people = User.objects.in_bulk([each.by for each in hurts])
    found = []
    for hurt in hurts:
        row = (answers if hurt.act == Act.COMMUNITY else conversations).get(hurt.key)
        without = told.figure.without([hurt]).value or 0.0
        change = without - (told.figure.value or 0.0)
        who = str(people.get(hurt.by, ""))
        found.append(Case(*_shown(row), who, ACTS[hurt.act], hurt.at, without, change))
    return found


def _shown(row: Conversation | Entry | None) -> tuple[str, str]:
    if isinstance(row, Conversation):
        return str(row), f"/desk/inbox/{row.pk}/"
    return (str(row.root or row), row.get_absolute_url()) if row else ("", "")


def _known(since: datetime) -> Known:
    now = clock.now()
    answers = Entry.objects.filter(
        kind=EntryKind.ANSWER, accepted_at__gte=since, deleted_at=None, author__user__isnull=False
    )
    told = answers.order_by("-accepted_at", "-pk").values_list("pk", "author__user", "accepted_at")
    helps = assists((since, now + timedelta(seconds=1)))
    return Known(
        stories(since),
        [Help(each.conversation_id, each.user_id, frozenset(each.ways)) for each in helps],
        [Answer(key, by, at) for key, by, at in told if at is not None],
        _people(),
        now,
    )


def _people() -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for user_id, department_id in User.departments.through.objects.values_list("user", "department"):
        found.setdefault(department_id, set()).add(user_id)
    return {department_id: frozenset(users) for department_id, users in found.items()}


def _aim(target: Target) -> Aim:
    within = timedelta(hours=target.within_hours or 0)
    span = (_start(target.starts_on), _start(target.ends_on))
    return Aim(target.measure, within, target.department_id, target.user_id, *span)


def _reaches(figure: Figure, target: Target) -> bool:
    return figure.value is not None and figure.value >= target.least


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def as_report(told: Checked) -> dict[str, Any]:
    """As ``oneroof report targets`` prints it."""
    target = told.target
    return {
        "target": str(target),
        "measure": target.measure,
        "within_hours": target.within_hours,
        "of": target.of_whom,
        "from": target.starts_on.isoformat(),
        "to": target.ends_on.isoformat(),
        "least": target.least,
        "figure": told.figure.value,
        "without_helping": told.without.value,
        "hurt_by": len(told.hurts),
        "tolerated": target.tolerated,
        "collides": told.collides,
        "cases": [
            {
                "case": each.title,
                "path": each.url,
                "act": str(each.what),
                "by": each.who,
                "at": each.at.isoformat(),
                "without": each.without,
            }
            for each in cases(told, None)
        ],
    }
