"""``oneroof demo``: the whole program on the sample company."""

import os
import socket
import webbrowser
from argparse import Namespace

from django.conf import settings

from oneroof.config import demo as sample
from oneroof.config.commands.up import add_port, port, say
from oneroof.config.program import Program
from oneroof.config.receiver import PORT
from oneroof.config.sample.company import load
from oneroof.config.sample.live_world import brand, listen_for
from oneroof.core import clock
from oneroof.core.verbs import Verbs

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def add(verbs: Verbs) -> None:
    parser = verbs.add("demo", demo, "Run the whole program on the sample company.", database=False)
    add_port(parser)
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("--brand", metavar="NAME", help="listen to the live world for that name, too")


def demo(arguments: Namespace) -> None:
    """Mail, and replies by webhook, go to servers of the demo's own on this machine, which leave them in files."""
    name = None if arguments.brand is None else brand(arguments.brand)
    os.environ |= {"ONEROOF_SMTP_HOST": "127.0.0.1", "ONEROOF_SMTP_PORT": str(_free_port())}
    os.environ |= {PORT: str(_free_port()), "ONEROOF_ALLOW_NETWORKS": _with_this_machine()}
    os.environ.setdefault("ONEROOF_SIGN_UP", "open")
    os.environ.setdefault("ONEROOF_COMPANY", load(clock.now()).name)
    sample.claim_home()
    Program(
        port(),
        prepare=lambda: _prepare(name),
        announce=lambda: _announce(arguments),
        more_children=("mailbox", "receiver", "feeder"),
    ).run()


def _prepare(name: str | None) -> None:
    sample.prepare()
    if name:
        listen_for(name)


def _announce(arguments: Namespace) -> None:
    link = sample.sign_in_link()
    say(arguments, address=settings.PUBLIC_URL, sign_in_url=link)
    if not arguments.no_browser and _has_display():
        webbrowser.open(link)


def _with_this_machine() -> str:
    allowed = os.environ.get("ONEROOF_ALLOW_NETWORKS", "")
    return f"{allowed},127.0.0.1/32".strip(",")


def _has_display() -> bool:
    return os.name == "nt" or os.uname().sysname == "Darwin" or any(os.environ.get(name) for name in DISPLAYS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
