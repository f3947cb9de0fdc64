"""``oneroof up`` as an operator meets it: real processes, killed, stopped, started twice."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from oneroof.config import supervisor
from oneroof.config.database import NEEDED_EXTENSIONS
from oneroof.core import cluster
from oneroof.core.cluster import SYSTEM_USER, Cluster, binaries
from tests.running import Program, free_port, oneroof, processes_of, wait_until

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes through /proc"),
    pytest.mark.flaky(reruns=1),  # the whole program on a busy machine: decision 0132
]
CHILDREN = ("web", "worker", "listener")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was used before."""
    home = tmp_path_factory.mktemp("up") / "home"
    assert oneroof("report", "service-levels", "--home", str(home)).returncode == 0
    return home


@contextmanager
def running(home: Path, database: str = "") -> Iterator[Program]:
    program = Program(home, database=database)
    try:
        program.announcement()
        yield program
    finally:
        program.clear_away()


def child(home: Path, name: str) -> int:
    """The process of that part, whose supervisor knows it."""
    pids = processes_of(home, "oneroof.config.children", name)
    return min(pids) if pids else 0


def left(home: Path) -> list[str]:
    """What still runs, as it was called and how it stands."""
    folders = [Path("/proc", str(pid)) for pid in processes_of(home)]
    return [
        f"{each.name} {(each / 'cmdline').read_text()[-120:]} {(each / 'wchan').read_text()}"
        for each in folders
    ]


def leaves_nothing(program: Program) -> None:
    # Who was killed with the rest of its group may take a moment to be gone.
    wait_until(
        lambda: processes_of(program.home) == [], "all its processes are gone", lambda: left(program.home)
    )
    assert list(program.home.rglob(".s.PGSQL.*")) == []
    assert not (program.home / "postgres" / "postmaster.pid").exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", program.port))


def a_second_start_is_refused(program: Program, another: Path) -> None:
    again = oneroof("up", "--home", str(program.home), "--port", str(free_port()))
    assert again.returncode == 1
    assert f"already: http://localhost:{program.port}, process {program.process.pid}" in again.stderr
    elsewhere = oneroof("up", "--home", str(another), "--port", str(program.port), "--json")
    assert elsewhere.returncode == 1
    assert f"Port {program.port} on 127.0.0.1 is taken" in elsewhere.stderr
    assert elsewhere.stdout == ""


def test_a_child_that_dies_is_started_again_and_ctrl_c_leaves_nothing(home: Path) -> None:
    with running(home) as program:
        assert program.answers()
        first = {name: child(home, name) for name in CHILDREN}
        assert all(first.values())
        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        for name, pid in first.items():
            wait_until(lambda name=name, pid=pid: child(home, name) not in (0, pid), f"{name} lives again")  # type: ignore[misc]
        wait_until(program.answers, "it is ready again")
        a_second_start_is_refused(program, home.parent / "another")
        assert program.process.poll() is None
        assert program.end(signal.SIGINT) == 0
        leaves_nothing(program)
        assert "worker was killed by SIGKILL; it starts again at once." in program.said()


def test_the_time_to_stop_is_under_ten_seconds() -> None:
    """What is asked first, and then made, of the children, and after them of the database."""
    assert supervisor.STOP_SECONDS + cluster.STOP_SECONDS < 10


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_sigterm_and_a_closed_terminal_stop_it_too(home: Path, number: signal.Signals) -> None:
    with running(home) as program:
        assert program.end(number) == 0
        leaves_nothing(program)


@pytest.mark.slow
def test_stopped_before_it_was_ready(home: Path) -> None:
    program = Program(home)
    try:
        wait_until(lambda: child(home, "web") > 0, "the first child is there")
        assert program.end(signal.SIGTERM) == 0
        leaves_nothing(program)
    finally:
        program.clear_away()


@pytest.mark.slow
def test_a_start_after_everything_was_killed_recovers(home: Path) -> None:
    with running(home) as program:
        for pid in (program.process.pid, *processes_of(home)):
            with_no_mercy(pid)
        program.process.wait(30)
        wait_until(lambda: not processes_of(home), "all are gone")
    with running(home) as program:
        assert program.answers()
        assert program.end(signal.SIGTERM) == 0
        leaves_nothing(program)


@pytest.mark.slow
def test_a_killed_supervisor_takes_its_children_along(home: Path) -> None:
    with running(home) as program:
        with_no_mercy(program.process.pid)
        wait_until(lambda: not any(child(home, name) for name in CHILDREN), "the children are gone")
    with running(home) as program:
        assert program.answers()


@pytest.mark.slow
def test_a_database_that_dies_is_started_again(home: Path) -> None:
    with running(home) as program:
        pid = Cluster(home).server_pid()
        assert pid
        with_no_mercy(pid)
        wait_until(lambda: Cluster(home).server_pid() not in (None, pid), "the database lives again")
        wait_until(program.answers, "it is ready again")
        assert program.end(signal.SIGTERM) == 0
        leaves_nothing(program)


@pytest.mark.slow
def test_it_runs_on_a_server_of_ones_own_over_tcp(tmp_path: Path) -> None:
    with own_server(tmp_path / "server") as url, running(tmp_path / "home", url) as program:
        assert program.answers()
        assert not (program.home / "postgres").exists()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) > 50 FROM pg_tables").fetchone() == (True,)
        assert program.end(signal.SIGTERM) == 0
        wait_until(
            lambda: processes_of(program.home) == [], "all its processes are gone", lambda: left(program.home)
        )


@pytest.mark.slow
def test_where_we_may_make_no_extension_it_says_what_an_administrator_runs(tmp_path: Path) -> None:
    with own_server(tmp_path / "server", ()) as url:
        done = oneroof("report", "service-levels", "--home", str(tmp_path / "home"), DATABASE_URL=url)
    assert done.returncode == 1
    assert "CREATE EXTENSION IF NOT EXISTS vector;" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_database_that_cannot_be_reached_ends_it_with_a_word(tmp_path: Path) -> None:
    url = f"postgresql://oneroof:secret-word@127.0.0.1:{free_port()}/oneroof"
    done = oneroof("up", "--home", str(tmp_path / "home"), "--port", str(free_port()), DATABASE_URL=url)
    assert done.returncode == 1
    assert "refused" in done.stderr
    assert "secret-word" not in done.stderr
    assert "Traceback" not in done.stderr


def with_no_mercy(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def own_server(folder: Path, extensions: Sequence[str] = NEEDED_EXTENSIONS) -> Iterator[str]:
    """A PostgreSQL that answers on TCP, to a user with a password, and on nothing else."""
    with Cluster(folder).in_use() as made:
        with psycopg.connect(made.url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE operator LOGIN PASSWORD 'a p@ss/word' CREATEDB")
            connection.execute("CREATE DATABASE theirs OWNER operator")
        with psycopg.connect(made.url("theirs"), autocommit=True) as connection:
            for name in extensions:  # where only a superuser may
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    (made.directory / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    port = free_port()
    options = ("-c", "listen_addresses=127.0.0.1", "-p", str(port), "-c", "unix_socket_directories=")
    owner = SYSTEM_USER if os.geteuid() == 0 else None
    server = subprocess.Popen(
        [str(binaries() / "postgres"), "-D", str(made.directory), *options],
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    url = f"postgresql://operator:a%20p%40ss%2Fword@127.0.0.1:{port}/theirs"
    try:
        wait_until(lambda: is_up(url), "the server answers")
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def is_up(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_json_is_one_object_on_standard_output(home: Path) -> None:
    done = oneroof("doctor", "--home", str(home), "--json")
    assert done.stdout.count("\n") == 1
    assert {finding["check"] for finding in json.loads(done.stdout)["findings"]} >= {"database", "tables"}
