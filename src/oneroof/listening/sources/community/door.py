"""The way up: the community opens a door that takes our replies.

Nothing leaves the house. A reply is one row of our own database under the draft's key, which can stand there only
once; so an attempt of which nobody knows the outcome is made again.
"""

from collections.abc import Callable

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Draft, Outcome, Refused, Settings

type Take = Callable[[Draft], Outcome]

_doors: list[Take] = []
CLOSED = "The community is not part of this program."


def open_door(take: Take) -> None:
    """Called in the community's ``apps.py``; a later one takes the first one's place."""
    _doors[:] = [take]


def is_open(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    return bool(_doors)


def takes_once(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    return True


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:  # noqa: ARG001 - not by HTTP
    return _doors[0](draft) if _doors else Refused(CLOSED, permanent=True)
