"""A group of processes that live and end together: who dies is started again, and all stop as one."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

STOP_SECONDS = 4.0
SETTLED_SECONDS = 10.0  # who lived that long did not die of its start
LONGEST_PAUSE = 30.0
log = logging.getLogger(__name__)


def pause_before_restart(deaths_in_a_row: int) -> float:
    """Seconds: none after the first death, then 1, 2, 4 … up to 30."""
    return min(LONGEST_PAUSE, 2.0 ** (deaths_in_a_row - 2)) if deaths_in_a_row > 1 else 0.0


@dataclass
class Child:
    """One process of the group, over its lives."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths_in_a_row: int = 0
    start_again: float = 0.0

    def start(self) -> None:
        # A group of its own: the terminal's Ctrl-C reaches the supervisor alone, which stops all in order.
        self.running = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started = time.monotonic()

    def tend(self) -> None:
        """Bury it if it died, and start it again when its pause is over."""
        now = time.monotonic()
        if self.running is None:
            if now >= self.start_again:
                self.start()
        elif (status := self.running.poll()) is not None:
            self._bury(status, now)

    def _bury(self, status: int, now: float) -> None:
        self.signal(signal.SIGKILL)  # whatever it left of its group
        settled = now - self.started >= SETTLED_SECONDS
        self.deaths_in_a_row = 1 if settled else self.deaths_in_a_row + 1
        pause = pause_before_restart(self.deaths_in_a_row)
        self.running, self.start_again = None, now + pause
        again = f"in {pause:.0f} s" if pause else "at once"
        log.error("%s %s; it starts again %s.", self.name, how_it_ended(status), again)

    def signal(self, number: signal.Signals) -> None:
        if self.running is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.running.pid, number)


def how_it_ended(status: int) -> str:
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"


@dataclass
class Group:
    """The children of one supervisor."""

    children: list[Child] = field(default_factory=list)

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.children.append(Child(name, command, environment))

    def start(self) -> None:
        for child in self.children:
            child.start()

    def tend(self) -> None:
        for child in self.children:
            child.tend()

    def stop(self) -> None:
        """Ask all to end, then make those end that did not within four seconds."""
        living = [child.running for child in self.children if child.running is not None]
        self._signal(signal.SIGTERM)
        give_up = time.monotonic() + STOP_SECONDS
        for process in living:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, give_up - time.monotonic()))
        self._signal(signal.SIGKILL)
        for process in living:
            process.wait()

    def _signal(self, number: signal.Signals) -> None:
        for child in self.children:
            child.signal(number)


def child_command(name: str) -> list[str]:
    return [sys.executable, "-m", "oneroof.config.children", name]
