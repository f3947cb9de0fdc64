"""How answering goes at each source: told by the room that answers, shown beside how listening goes.

A package registers in its ``apps.py`` who tells it::

    register_answering(replies_in_trouble)

Asked with sources, it names those of them with replies in trouble, by a fixed number of queries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Replies of the last week that did not go out: ``failed``, ``unsure`` whether they did, ``retried``.

    ``is_failing``: none has gone out since the latest of them, of which ``reason`` and ``at`` are. ``url``: where
    a person looks after them.
    """

    failed: int = 0
    unsure: int = 0
    retried: int = 0
    is_failing: bool = False
    reason: str = ""
    at: datetime | None = None
    url: str = ""


NO_TROUBLE = Answering()

type Ask = Callable[[Sequence[int]], Mapping[int, Answering]]

_asked: list[Ask] = []


def register_answering(ask: Ask) -> None:
    """Called in a package's ``apps.py``; once, however often it is called."""
    if ask not in _asked:
        _asked.append(ask)


def answering_at(source_ids: Sequence[int]) -> dict[int, Answering]:
    """Those of these sources where replies are in trouble."""
    return {source: told for ask in _asked for source, told in ask(source_ids).items()}
