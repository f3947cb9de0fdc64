"""Brings a community along, killed before each commit and again after it: ``killed_bringing.py FILE FORMAT``.

Each time in a child of its own, by SIGKILL, as a machine would lose its power, until one comes to its end. Prints
how often it was killed.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import django

BATCH = 2


def set_trap(*, is_kept: bool) -> None:
    """The first transaction that ends ends all: with what it wrote, or without."""
    from django.db import connection, transaction

    ends = transaction.Atomic.__exit__

    def dies(self: transaction.Atomic, *error: Any) -> None:
        is_outermost = len(connection.atomic_blocks) == 1
        if is_kept or not is_outermost:
            ends(self, *error)
        if is_outermost:
            os.kill(os.getpid(), signal.SIGKILL)

    transaction.Atomic.__exit__ = dies  # type: ignore[method-assign]


def bring(path: Path, form: str) -> None:
    from oneroof.community.actions import bringing, import_dump_deeds, import_table
    from oneroof.community.actions.import_community import import_community
    from oneroof.core.importing import Wanted

    bringing.BATCH = import_dump_deeds.BATCH = import_table.AT_ONCE = BATCH
    import_community(Wanted([path], form, "old", {}))


def main(path: Path, form: str) -> int:
    """Raises RuntimeError where it ends by anything else, or is no step further each second time."""
    for kills in range(400):
        child = os.fork()
        if not child:
            set_trap(is_kept=bool(kills % 2))
            bring(path, form)
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            sys.stdout.write(f"{kills}\n")
            return os.WEXITSTATUS(status)
    raise RuntimeError("It does not come to an end.")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneroof.config.settings")
    django.setup()
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
