"""``oneroof backup`` and ``oneroof restore``."""

from argparse import Namespace
from pathlib import Path

from oneroof.config.backup import back_up, check_is_backup, restore
from oneroof.config.database import server
from oneroof.core.verbs import Result, Verbs


def add(verbs: Verbs) -> None:
    backing = verbs.add("backup", run_backup, "Write everything into one file, while the program runs.")
    backing.add_argument("file", metavar="FILE", type=Path)
    # Its tables are the backup's: nothing may be there before.
    restoring = verbs.add("restore", run_restore, "Bring a backup back into an empty home.", database=False)
    restoring.add_argument("file", metavar="FILE", type=Path)


def run_backup(arguments: Namespace) -> Result:
    return {"file": str(arguments.file), "bytes": back_up(arguments.file)}


def run_restore(arguments: Namespace) -> Result:
    check_is_backup(arguments.file)
    with server():
        return {"file": str(arguments.file), **restore(arguments.file)}
