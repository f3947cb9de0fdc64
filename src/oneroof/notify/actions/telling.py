"""People are told something, once; and no more, where it has passed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from oneroof.accounts.models import User
from oneroof.notify.carriers.base import LONGEST_TEXT
from oneroof.notify.kinds import Way, kind_of
from oneroof.notify.models import DispatchLine, Notice, Outlet, Preferences

KEY, TITLE, PATH = 120, 200, 300


@dataclass(frozen=True, slots=True)
class ByLetter:
    """That a person may answer a notice's letter: the Message-ID by which it is known, and where it goes."""

    message_id: str
    answer_to: str


def tell(
    users: Iterable[User],
    *,
    key: str,
    kind: str,
    title: str,
    body: str = "",
    path: str = "",
    by_email: bool = False,
    by_letter: Callable[[User], ByLetter] | None = None,
) -> None:
    """Leave each of them a notice; whoever has one with this key keeps that one and gets no second.

    Each person's own choice for the kind decides where it goes; ``by_email`` only where they made none. The rooms
    of the company and of these people's departments that want the kind get one line a key. ``by_letter``: it has
    a letter of its own, which that person may answer.
    """
    people = list(users)
    ways = _ways(people, kind, by_email=by_email)
    Notice.objects.bulk_create(
        (
            Notice(
                user=user,
                key=key[:KEY],
                kind=kind,
                title=title[:TITLE],
                body=body,
                path=path,
                by_email=Way.EMAIL in ways[user.pk],
                **(asdict(by_letter(user)) if by_letter else {}),
            )
            for user in people
            if Way.DESK in ways[user.pk]
        ),
        ignore_conflicts=True,
    )
    told = DispatchLine(key=key[:KEY], kind=kind, title=title[:TITLE], text=body, path=path[:PATH])
    _leave_at(_outlets(people, kind, ways), told)


def withdraw(key: str) -> None:
    """What was told under this key holds no more: it goes wherever nobody has seen it yet."""
    DispatchLine.objects.filter(key=key[:KEY], dispatch=None).delete()
    Notice.objects.filter(key=key[:KEY], read_at=None).delete()


def _ways(people: Sequence[User], kind: str, *, by_email: bool) -> Mapping[int, frozenset[str]]:
    chosen = {each.user_id: each.ways.get(kind) for each in Preferences.objects.filter(user__in=people)}
    usual = kind_of(kind).ways | ({Way.EMAIL} if by_email else set())
    return {
        user.pk: frozenset(usual if chosen.get(user.pk) is None else chosen[user.pk] or ()) for user in people
    }


def _outlets(
    people: Sequence[User], kind: str, ways: Mapping[int, frozenset[str]]
) -> Iterable[tuple[int, bool]]:
    """Key and whether it shows text, of those that are to get a line."""
    found = Outlet.objects.for_notice(kind, people)
    for pk, user_id, carrier, shows in found.values_list("pk", "user_id", "carrier", "shows_text"):
        if user_id is None or (Way.PUSH if carrier == "push" else Way.CHAT) in ways[user_id]:
            yield pk, shows


def _leave_at(outlets: Iterable[tuple[int, bool]], told: DispatchLine) -> None:
    DispatchLine.objects.bulk_create(
        (
            DispatchLine(
                outlet_id=pk,
                key=told.key,
                kind=told.kind,
                title=told.title,
                text=told.text[:LONGEST_TEXT] if shows else "",
                path=told.path,
            )
            for pk, shows in outlets
        ),
        ignore_conflicts=True,
    )
