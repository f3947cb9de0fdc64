"""The processes of the group, as the supervisor starts them: ``python -m oneroof.config.children NAME``."""

import importlib
import os
import sys

import django

from oneroof.core.lifeline import die_with_parent
from oneroof.core.logs import log_what_breaks

# Read only when that child starts: each needs another part of the program.
CHILDREN = {
    "web": "oneroof.config.children:serve_web",
    "worker": "oneroof.config.worker:work",
    "listener": "oneroof.listening.listener:main",
    "mailbox": "oneroof.config.mailbox:receive",
    "receiver": "oneroof.config.receiver:receive",
    "feeder": "oneroof.config.demo:feed",
}
SUPERVISOR = "ONEROOF_SUPERVISOR"


def main(name: str) -> None:
    if supervisor := os.environ.get(SUPERVISOR):
        die_with_parent(int(supervisor))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneroof.config.settings")
    django.setup()
    log_what_breaks()
    module, _, function = CHILDREN[name].partition(":")
    getattr(importlib.import_module(module), function)()


def serve_web() -> None:
    from oneroof.config.server import serve

    serve(os.environ.get("ONEROOF_BIND", "127.0.0.1"), int(os.environ["ONEROOF_PORT"]))


if __name__ == "__main__":
    main(sys.argv[1])
