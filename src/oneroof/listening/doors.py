"""Where a post leads from Listen: what may be done with it in the rooms above, and where that is under way.

A package registers in its ``apps.py`` who answers for it::

    register_door(to_the_inbox)

Asked with the reader and a post that was heard, it gives a door or None, by a fixed number of queries.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from oneroof.accounts.models import User
from oneroof.listening.models import Post


@dataclass(frozen=True, slots=True)
class Door:
    """A link to ``url``, or a button that posts to it where going through changes something."""

    label: str | Promise
    icon: str
    key: str
    url: str
    changes_something: bool = False


type Ask = Callable[[User, Post], Door | None]

_asked: list[Ask] = []


def register_door(ask: Ask) -> None:
    """Called in a package's ``apps.py``; once, however often it is called."""
    if ask not in _asked:
        _asked.append(ask)


def doors_of(user: User, post: Post) -> list[Door]:
    return [door for ask in _asked if (door := ask(user, post))]
