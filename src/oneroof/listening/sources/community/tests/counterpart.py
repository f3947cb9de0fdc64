"""A community above the door, as far as the contract asks for one: what it takes stands there once a key."""

from collections.abc import Sequence
from typing import Any, Self

from oneroof.listening.sources.base import Draft, Outcome, Refused, Sent
from oneroof.listening.sources.community import door
from oneroof.listening.sources.tests.contract import BadDay, Counterpart, Ours, Said

NOTHING_LEAVES = "nothing leaves the house: a reply is a row of our own database, written or not"


class CommunityCounterpart(Counterpart):
    key = "community"
    cannot_answer = dict.fromkeys(BadDay, NOTHING_LEAVES)

    def __init__(self) -> None:
        self._standing: dict[str, Ours] = {}
        self._attempts, self._refuses = 0, False

    def __enter__(self) -> Self:
        self._before = list(door._doors)
        door.open_door(self._take)
        return self

    def __exit__(self, *_: object) -> None:
        door._doors[:] = self._before

    def settings(self) -> dict[str, Any]:
        return {}

    def misbehave(self, day: BadDay, *, writes: bool = False) -> None:
        self._refuses = True

    def serve(self, posts: Sequence[Said]) -> None:
        """What stands there is the community's own: nothing of it is asked through the door."""

    def behave(self) -> None:
        self._refuses = False

    def standing(self) -> Sequence[Ours]:
        return list(self._standing.values())

    @property
    def attempts(self) -> int:
        return self._attempts

    def _take(self, draft: Draft) -> Outcome:
        self._attempts += 1
        if self._refuses:
            return Refused("The community is being looked after.", permanent=False)
        number = str(100 + len(self._standing))
        ours = self._standing.setdefault(draft.key, Ours(id=number, to=draft.to.external_id, text=draft.text))
        return Sent(ours.id)


COUNTERPART = CommunityCounterpart
