"""Notices in a room of a real Matrix server: Synapse from PyPI, in an environment of its own, on loopback."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.notify.actions import tell
from oneroof.notify.actions.dispatching import gather_dispatches, give_up_lost_dispatches, send_dispatch
from oneroof.notify.actions.outlets import Wanted, add_own_room
from oneroof.notify.models import Dispatch, LetterState, Outlet

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

INSTALLED = Path(__file__).parents[4] / ".cache" / "synapse"
INSTALLING_TAKES = 600
START_SECONDS = 60
CONFIG = """
server_name: localhost
report_stats: false
listeners:
  - {{port: {port}, bind_addresses: ["127.0.0.1"], tls: false, type: http, resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: "{folder}/synapse.db"}}}}
media_store_path: "{folder}/media"
signing_key_path: "{folder}/signing.key"
trusted_key_servers: []
enable_registration: true
enable_registration_without_verification: true
macaroon_secret_key: "a secret of this test"
rc_registration: {{per_second: 100, burst_count: 100}}
rc_message: {{per_second: 0.2, burst_count: 10}}
"""


@pytest.fixture(scope="module")
def program() -> Path:
    """Where the server is installed, once."""
    python = INSTALLED / "bin" / "python"
    if not (INSTALLED / "bin" / "synapse_homeserver").exists() and not _installed(python):
        pytest.skip("pip did not give us matrix-synapse, so no real Matrix server")
    return python


def _installed(python: Path) -> bool:
    try:
        for command in (
            [sys.executable, "-m", "venv", str(INSTALLED)],
            [str(python), "-m", "pip", "install", "--quiet", "matrix-synapse"],
        ):
            subprocess.run(command, timeout=INSTALLING_TAKES, stdin=subprocess.DEVNULL, check=True)
    except (subprocess.SubprocessError, OSError):
        shutil.rmtree(INSTALLED, ignore_errors=True)
        return False
    return True


@pytest.fixture(scope="module")
def server(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("synapse")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "homeserver.yaml"
    config.write_text(CONFIG.format(port=port, folder=folder))
    command = [str(program), "-m", "synapse.app.homeserver", "--config-path", str(config)]
    subprocess.run([*command, "--generate-keys"], check=True, timeout=START_SECONDS, cwd=folder)
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield _ready(f"http://127.0.0.1:{port}", running, folder / "log")
    finally:
        running.kill()
        running.wait(timeout=20)


def _ready(url: str, running: subprocess.Popen[bytes], log: Path) -> str:
    for _moment in range(START_SECONDS * 4):
        assert running.poll() is None, log.read_text()[-2_000:]
        try:
            if httpx.get(f"{url}/_matrix/client/versions", timeout=5).status_code == 200:
                return url
        except httpx.TransportError:
            time.sleep(0.25)
    pytest.fail(f"Synapse did not start:\n{log.read_text()[-2_000:]}")


class Room:
    """A room there, and the account that we write with."""

    def __init__(self, server: str) -> None:
        self.server = server
        about = {
            "username": f"u{uuid4().hex[:12]}",
            "password": "a long password",
            "auth": {"type": "m.login.dummy"},
        }
        self.token = ""
        self.token = self.ask("POST", "register", about)["access_token"]
        self.id = self.ask("POST", "createRoom", {"preset": "private_chat"})["room_id"]

    def ask(self, method: str, path: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"{self.server}/_matrix/client/v3/{path}"
        answer = httpx.request(method, url, json=sent, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def messages(self) -> list[dict[str, Any]]:
        found = self.ask("GET", f"rooms/{self.id}/messages?dir=f&limit=100")["chunk"]
        return [event["content"] for event in found if event["type"] == "m.room.message"]

    def settings(self) -> dict[str, str]:
        return {"server": self.server, "room": self.id, "token": self.token}


@pytest.fixture
def room(server: str, settings: Any, agent: User) -> Room:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    there = Room(server)
    add_own_room(agent, "matrix", there.settings(), Wanted(name="room"))
    return there


def dispatched(user: User, *titles: str) -> Dispatch:
    for title in titles:
        tell([user], key=title, kind="watch", title=title, path="/desk/inbox/7/")
    gather_dispatches()
    dispatch = Dispatch.objects.latest("pk")
    send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    return dispatch


def test_notices_stand_in_the_room_as_one_message(room: Room, agent: User) -> None:
    assert dispatched(agent, "A <b>kettle</b> @room", "مرحبا 😀").state == LetterState.SENT
    (said,) = room.messages()
    assert said["body"].startswith("A <b>kettle</b> @room http")
    assert "&lt;b&gt;kettle&lt;/b&gt;" in said["formatted_body"]
    assert "مرحبا 😀" in said["body"]
    assert said["m.mentions"] == {}


def test_a_sender_that_died_after_it_was_taken_writes_no_second_message(room: Room, agent: User) -> None:
    dispatch = dispatched(agent, "Once")
    Dispatch.objects.update(state=LetterState.SENDING)
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        give_up_lost_dispatches()
        send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == (LetterState.SENT, 2)
    assert len(room.messages()) == 1


def test_it_tells_us_to_wait_and_we_do(room: Room, agent: User) -> None:
    last = next(
        each
        for number in range(30)
        if (each := dispatched(agent, f"News {number}")).state == LetterState.WAITING
    )
    assert "429" in last.reason
    assert last.next_attempt_at > clock.now()
    assert Outlet.objects.get().is_on


def test_a_token_that_is_no_more_switches_the_room_off(room: Room, agent: User) -> None:
    room.ask("POST", "logout", {})
    assert dispatched(agent, "News").state == LetterState.FAILED
    assert not Outlet.objects.get().is_on
