"""The command ``oneroof``: finds every package's verbs, runs one, and says how it went.

How a package adds its verbs is written in :mod:`oneroof.core.verbs`.
"""

import importlib
import importlib.util
import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import nullcontext
from typing import NoReturn

import django
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError

from oneroof.config.database import database
from oneroof.config.running import is_up
from oneroof.core.errors import OneroofError, WrongUseError
from oneroof.core.home import demo_home, home
from oneroof.core.verbs import Result, Verbs, add_home

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
KNOWN_ERRORS = (OneroofError, ObjectDoesNotExist, PermissionDenied, OSError, DatabaseError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. The console script exits with it."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        _read_early(words)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneroof.config.settings")
        django.setup()
        return _run(command_parser().parse_args(words))
    except WrongUseError as error:
        return _say(error, WRONG_USE)
    except ValidationError as error:
        return _say("; ".join(error.messages), FAILED)
    except KNOWN_ERRORS as error:
        return _say(error, FAILED)
    except KeyboardInterrupt:
        return _say("stopped.", INTERRUPTED)


def command_parser() -> ArgumentParser:
    """The whole command line, with the verbs of every installed package."""
    parser = _Sentences(prog="oneroof", description="Social customer experience under one roof.")
    add_home(parser)
    verbs = Verbs(parser.add_subparsers(metavar="command", required=True, parser_class=_Sentences))
    for package in apps.get_app_configs():
        name = f"{package.name}.{'commands' if package.label == 'config' else 'cli'}"
        if package.name.startswith("oneroof.") and importlib.util.find_spec(name):
            importlib.import_module(name).add_commands(verbs)
    return parser


def _read_early(words: Sequence[str]) -> None:
    """``--home`` and ``--port`` count before anything reads the settings."""
    early = _Sentences(prog="oneroof", add_help=False, allow_abbrev=False)
    add_home(early)
    early.add_argument("--port", type=int)
    known = early.parse_known_args(words)[0]
    if known.home:
        os.environ["ONEROOF_HOME"] = known.home
    elif "demo" in words[:1]:
        os.environ["ONEROOF_HOME"] = str(demo_home())
    if known.port:
        os.environ["ONEROOF_PORT"] = str(known.port)


def _run(arguments: Namespace) -> int:
    with database(beside_a_program=is_up(home())) if arguments.database else nullcontext():
        result: Result | None = arguments.run(arguments)
    if result is None:
        return DONE
    text = json.dumps(result, default=str, ensure_ascii=False) if arguments.json else arguments.show(result)
    if text:
        sys.stdout.write(text + "\n")
    return FAILED if result.get("ok") is False else DONE


def _say(error: object, status: int) -> int:
    sys.stderr.write(f"oneroof: {str(error).strip() or type(error).__name__}\n")
    return status


class _Sentences(ArgumentParser):
    """Tells wrong use in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise WrongUseError(f"{message}. See: {self.prog} --help")


if __name__ == "__main__":
    sys.exit(main())
