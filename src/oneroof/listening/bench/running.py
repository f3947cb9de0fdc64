"""What stands beside a benchmark of listening: a far side in a process of its own, and an eye on our memory."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

EVERY = 1.0
PAGE = resource.getpagesize()


@contextmanager
def far_side(module: str, *words: str) -> Iterator[int]:
    """Run a module that prints its port; it ends with the block, however that ends."""
    command = [sys.executable, "-m", module, "--parent", str(os.getpid()), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.kill()


class Memory:
    """What this process holds, once a second, in MB; where the system does not tell, its most so far."""

    def __init__(self) -> None:
        self.seen: list[int] = [held_mb()]
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True, name="memory")

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.seen.append(held_mb())

    def quarters(self) -> list[int]:
        """At the beginning, after each quarter, and at the end."""
        last = len(self.seen) - 1
        return [self.seen[last * part // 4] for part in range(5)]

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self.seen.append(held_mb())


def held_mb() -> int:
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text().split()[1]) * PAGE >> 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)


def cpu_share(began: tuple[float, float]) -> float:
    """Of one core, since ``cpu_and_clock()`` gave that."""
    cpu, clock = cpu_and_clock()
    return round((cpu - began[0]) / max(clock - began[1], 0.001), 2)


def cpu_and_clock() -> tuple[float, float]:
    return time.process_time(), time.monotonic()
