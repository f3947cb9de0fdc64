"""``oneroof up``: the whole program, empty or as it was left."""

import json
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from django.conf import settings

from oneroof.config.program import Program
from oneroof.core.verbs import Verbs


def add(verbs: Verbs) -> None:
    parser = verbs.add("up", up, "Run the whole program, empty or as it was left.", database=False)
    add_port(parser)


def add_port(parser: ArgumentParser) -> None:
    # Its value is read before the settings are, as --home is: see oneroof.config.cli.
    parser.add_argument("--port", type=a_port, default=None, help="where the site answers (default: 8000)")


def a_port(text: str) -> int:
    """For argparse: a TCP port."""
    if text.isdecimal() and 0 < int(text) < 65_536:
        return int(text)
    raise ArgumentTypeError(f"“{text}” is no port; one is a number up to 65535")


def up(arguments: Namespace) -> None:
    Program(port(), announce=lambda: say(arguments, address=settings.PUBLIC_URL)).run()


def port() -> int:
    return int(os.environ.get("ONEROOF_PORT", "8000"))


def say(arguments: Namespace, **facts: str) -> None:
    """The one object, or a line a fact, as soon as they are true."""
    lines = {"address": "Oneroof is ready at", "sign_in_url": "Sign in, once, with"}
    text = "\n".join(f"{lines[name]}: {value}" for name, value in facts.items())
    sys.stdout.write((json.dumps(facts) if arguments.json else text) + "\n")
    sys.stdout.flush()
