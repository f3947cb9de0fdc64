"""One program runs on a home at a time; ``up.lock`` is held by it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from oneroof.core.errors import OneroofError


@contextmanager
def only_one(home: Path, address: str) -> Iterator[None]:
    """Hold the home for one running program; the lock goes with the process, however it ends."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OneroofError(f"Oneroof runs on {home} already: {_who_holds(lock.name)}") from error
        (home / "address").write_text(address)
        lock.truncate(0)
        lock.write(json.dumps({"process": os.getpid(), "address": address}))
        lock.flush()
        yield
        lock.truncate(0)


def is_up(home: Path) -> bool:
    """Whether a program runs on that home now."""
    if not (home / "up.lock").exists():
        return False
    with (home / "up.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _who_holds(lock: str) -> str:
    with suppress(ValueError, KeyError):
        holder = json.loads(Path(lock).read_text())
        return f"{holder['address']}, process {holder['process']}."
    return "it is just starting."
