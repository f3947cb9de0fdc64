"""The program as a newcomer runs it: the command in a process of its own, watched from outside."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 90.0  # seconds; nothing here should take long, but a busy machine may
NOT_OURS = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ONEROOF_HOME", "ONEROOF_PORT", "DISPLAY")


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return {**clean, **more}


def oneroof(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "oneroof.config.cli", *words]
    return subprocess.run(
        command, env=environment(**more), capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool], what: str, why: Callable[[], object] = lambda: "") -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, f"waited in vain until {what}: {why()}"
        time.sleep(0.1)


class Program:
    """``oneroof up`` (or another verb that stays) on a home and a free port."""

    def __init__(self, home: Path, *words: str, database: str = "") -> None:
        self.home, self.port = home, free_port()
        self.log = (home.parent / f"{home.name}.log").open("ab+")
        command = [sys.executable, "-m", "oneroof.config.cli", *(words or ("up",))]
        self.process = subprocess.Popen(
            [*command, "--home", str(home), "--port", str(self.port), "--json"],
            env=environment(**({"DATABASE_URL": database} if database else {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            start_new_session=True,
        )

    def announcement(self) -> dict[str, Any]:
        """The object that says it is ready; waits for it."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"it ended: {self.said()}"
        told: dict[str, Any] = json.loads(line)
        return told

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode()

    def answers(self, path: str = "/readyz") -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def end(self, number: signal.Signals) -> int:
        """Ask it to stop and wait; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def clear_away(self) -> None:
        """However the test went, nothing is left running."""
        if self.process.poll() is None:
            self.end(signal.SIGTERM)
        if self.process.stdout:
            self.process.stdout.close()
        self.log.close()
        for pid in processes_of(self.home):
            os.kill(pid, signal.SIGKILL)


def processes_of(home: Path, *words: str) -> list[int]:
    """Living processes that work on that home: by their environment, or the database by its arguments.

    With ``words``, those whose arguments contain them all.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
            variables = (folder / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        is_ours = f"ONEROOF_HOME={home}".encode() in variables or str(home / "postgres").encode() in arguments
        if is_ours and has_all(arguments, words) and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def has_all(arguments: Sequence[bytes], words: Sequence[str]) -> bool:
    return all(word.encode() in arguments for word in words)
