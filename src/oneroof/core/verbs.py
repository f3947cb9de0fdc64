"""How a package adds verbs to the ``oneroof`` command.

A package that has verbs has a ``cli.py`` with one function, which the command line calls at its start::

    from oneroof.core.verbs import Result, Verbs

    def add_commands(verbs: Verbs) -> None:
        importing = verbs.add("import", import_files, "Store the posts of files.")
        importing.add_argument("files", nargs="+", type=Path)
        watch = verbs.group("watch", "Watches: add, test, list.")
        watch.add("list", list_watches, "Every live watch.", show=watches_as_table)

    def import_files(arguments: Namespace) -> Result:
        ...
        return {"read": 10, "stored": 9}

The function of a verb gets the parsed arguments and returns the one JSON object of ``--json``, which every
verb has; without it, ``show(result)`` is printed, or one line a field. A result with ``"ok": False`` ends
with 1; a verb that returns None has said all itself. Django is set up before ``cli.py`` is imported, and the
database is there and migrated before the function is called (``database=False``: it is not). Log and show
progress on standard error. Raise ``OneroofError("A sentence.")`` to end with 1, ``WrongUseError`` to end with
2. Two packages may name the same group (``bench``). ``--home`` and ``--json`` are taken.
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

type Result = Mapping[str, Any]
type Run = Callable[[Namespace], Result | None]
type Show = Callable[[Result], str]


class Subparsers(Protocol):
    """What argparse's ``add_subparsers`` returns."""

    def add_parser(self, name: str, **kwargs: Any) -> ArgumentParser: ...


def plainly(result: Result) -> str:
    """One line a field."""
    return "\n".join(f"{name}: {value}" for name, value in result.items())


def day(text: str) -> datetime:
    """Midnight UTC of a day, or the moment that ISO 8601 tells: a ``type`` of arguments."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date such as 2026-03-01") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def add_home(parser: ArgumentParser) -> None:
    parser.add_argument("--home", metavar="DIR", help="where the data is kept (default: .oneroof)")


class Verbs:
    """The verbs of one level: those of ``oneroof``, or those of a group such as ``oneroof watch``."""

    def __init__(self, subparsers: Subparsers) -> None:
        self._subparsers = subparsers
        self._groups: dict[str, Verbs] = {}

    def add(
        self, name: str, run: Run, summary: str, *, show: Show = plainly, database: bool = True
    ) -> ArgumentParser:
        """Add a verb and return its parser, to which arguments are added."""
        parser = self._subparsers.add_parser(name, help=summary, description=summary)
        parser.set_defaults(run=run, show=show, database=database)
        add_home(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        return parser

    def group(self, name: str, summary: str) -> "Verbs":
        """The group of that name, made at the first call."""
        if name not in self._groups:
            parser = self._subparsers.add_parser(name, help=summary, description=summary)
            self._groups[name] = Verbs(parser.add_subparsers(metavar="verb", required=True))
        return self._groups[name]
