"""The embedded server under the ill-treatment that it gets in life."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from oneroof.core.cluster import SOCKET_PATH_LIMIT, Cluster, ClusterError

QUICK = (("fsync", "off"), ("shared_buffers", "32MB"))
HOLD = """
import sys, time
from pathlib import Path
from oneroof.core.cluster import Cluster
with Cluster(Path(sys.argv[1])).in_use():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose cluster was used once and is stopped."""
    home = tmp_path_factory.mktemp("template") / "home"
    with Cluster(home, settings=QUICK).in_use():
        pass
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o711)
    place = tmp_path / "home"
    subprocess.run(["cp", "-a", str(template), str(place)], check=True)
    yield place
    Cluster(place).stop()


@contextmanager
def held_elsewhere(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the cluster in use; killed at the end."""
    command = [sys.executable, "-c", HOLD, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def note(cluster: Cluster, text: str) -> None:
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [text])


def notes(cluster: Cluster) -> list[str]:
    with psycopg.connect(cluster.url()) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes")]


def test_the_last_to_leave_stops_it(home: Path) -> None:
    cluster = Cluster(home, settings=QUICK)
    with cluster.in_use():
        with Cluster(home).in_use():
            note(cluster, "one")
        assert cluster.is_running()
        assert notes(cluster) == ["one"]
    assert not cluster.is_running()


def test_a_server_that_its_killed_user_left_is_adopted(home: Path) -> None:
    cluster = Cluster(home)
    with held_elsewhere(home):
        server = cluster.server_pid()
    assert cluster.is_running()
    with cluster.in_use():
        assert cluster.server_pid() == server
    assert not cluster.is_running()


def test_what_was_committed_outlives_a_killed_server(home: Path) -> None:
    cluster = Cluster(home, settings=QUICK)
    with cluster.in_use():
        note(cluster, "kept")
        server = cluster.server_pid()
        assert server
        os.kill(server, signal.SIGKILL)
        while cluster.is_running():
            time.sleep(0.05)
        cluster.revive()
        assert notes(cluster) == ["kept"]


def test_a_start_after_everything_was_killed(home: Path) -> None:
    cluster = Cluster(home, settings=QUICK)
    with held_elsewhere(home) as other:
        note(cluster, "kept")
        server = cluster.server_pid()
        assert server
        for victim in (other.pid, server):
            os.kill(victim, signal.SIGKILL)
    with cluster.in_use():
        assert notes(cluster) == ["kept"]


def test_a_pid_file_that_names_another_process_by_now(home: Path) -> None:
    """As after a restart of a container, where the same numbers come round again."""
    stale = home / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{home}\n1\n5432\n")
    cluster = Cluster(home, settings=QUICK)
    assert not cluster.is_running()
    with cluster.in_use():
        assert cluster.server_pid() != os.getpid()
        note(cluster, "works")


def test_a_home_so_deep_that_no_socket_fits_beside_it(template: Path, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5)
    deep.mkdir(parents=True)
    subprocess.run(["cp", "-a", str(template), str(deep / "home")], check=True)
    cluster = Cluster(deep / "home", settings=QUICK)
    assert len(os.fsencode(deep)) > SOCKET_PATH_LIMIT
    with cluster.in_use():
        note(cluster, "works")
    shutil.rmtree(cluster.socket_directory)


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    home = tmp_path / "home"
    with Cluster(home, settings=QUICK).in_use():
        pass
    shutil.rmtree(home / "postgres" / "socket")
    (home / "postgres" / "socket").symlink_to(elsewhere)
    with pytest.raises(ClusterError, match="somebody else"), Cluster(home).in_use():
        pass


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with (
        pytest.raises(ClusterError, match=r'"shared_buffers"'),
        Cluster(home, (("shared_buffers", "x"),)).in_use(),
    ):
        pass


def test_its_log_holds_no_text_of_a_failed_statement(home: Path) -> None:
    cluster = Cluster(home, settings=QUICK)
    wrong = "INSERT INTO nowhere VALUES ('what a customer said')"
    with cluster.in_use(), psycopg.connect(cluster.url()) as connection:  # noqa: SIM117  it is closed first
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute(wrong)
    logs = list((home / "postgres" / "log").glob("*.log"))
    assert logs
    assert "what a customer said" not in "".join(log.read_text() for log in logs)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_an_ordinary_user_has_a_cluster_too() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.chown(folder, "nobody")
        try:
            done = subprocess.run(
                [sys.executable, "-c", HOLD.replace("time.sleep(60)", ""), str(home)],
                user="nobody", group="nogroup", extra_groups=[], cwd="/",
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        except PermissionError:
            pytest.skip("this Python lies where only root can reach it")
        assert (done.returncode, done.stdout) == (0, "held\n"), done.stderr
        assert not Cluster(home).is_running()
        assert (home / "postgres" / "PG_VERSION").stat().st_uid == Path(folder).stat().st_uid
