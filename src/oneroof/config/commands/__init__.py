"""The verbs of the program as a whole; each package adds its own in its ``cli.py``."""

from oneroof.config.commands import backup, bench, demo, doctor, up
from oneroof.core.verbs import Verbs


def add_commands(verbs: Verbs) -> None:
    """Add every verb that belongs to no package."""
    for command in (demo, up, backup, doctor, bench):
        command.add(verbs)
