"""Replies into a real server of the AT Protocol: Bluesky's own, from npm, on loopback.

It shows no application view, so what is searched, followed and looked up is tried against the stand-in only.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Draft, NotThere, PollFailedError, Refused, Sent, Target
from oneroof.listening.sources.bluesky.parse import POST
from oneroof.listening.sources.bluesky.publish import publish, read_back
from oneroof.listening.sources.bluesky.service import Service, identify
from oneroof.listening.sources.tests.contract import moment

pytestmark = pytest.mark.slow

SERVER = Path(__file__).parent / "pds"
INSTALLED = Path(__file__).parents[6] / ".cache" / "pds"
INSTALLING_TAKES = 900


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def program() -> Path:
    """Where the server is installed; npm does it once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no node and npm here, so no real server of the AT Protocol")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "serve.mjs"):
        shutil.copy(SERVER / name, INSTALLED / name)
    if not (INSTALLED / "node_modules" / "@atproto" / "pds").exists() and not _installed():
        pytest.skip("npm did not give us @atproto/pds")
    return INSTALLED


def _installed() -> bool:
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent"]
    try:
        done = subprocess.run(
            install, cwd=INSTALLED, timeout=INSTALLING_TAKES, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        shutil.rmtree(INSTALLED / "node_modules", ignore_errors=True)
        return False
    return not done.returncode


@pytest.fixture(scope="module")
def service(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("pds")
    command = ["node", "serve.mjs", str(port), str(free_port()), str(folder)]
    with subprocess.Popen(command, cwd=program, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == "ready\n"
            yield f"http://localhost:{port}"
        finally:
            server.kill()


class Person:
    """Somebody with an account there."""

    def __init__(self, service: str, name: str) -> None:
        self.service, self.handle = service, f"{name}.test"
        about = {"email": f"{name}@{name}.test", "handle": self.handle, "password": "a-password"}
        session = self.ask("com.atproto.server.createAccount", about)
        self.did, self.bearer = session["did"], session["accessJwt"]

    def ask(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.bearer}"} if hasattr(self, "bearer") else {}
        answer = httpx.post(f"{self.service}/xrpc/{method}", json=sent, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()) if answer.content else {}

    def say(self, text: str, **record: Any) -> str:
        told = {"$type": POST, "text": text, "createdAt": "2026-03-02T09:00:00Z", **record}
        said = self.ask(
            "com.atproto.repo.createRecord", {"repo": self.did, "collection": POST, "record": told}
        )
        return str(said["uri"])

    def records(self) -> list[dict[str, Any]]:
        url = f"{self.service}/xrpc/com.atproto.repo.listRecords?repo={self.did}&collection={POST}&limit=100"
        return list(httpx.get(url, timeout=30).json()["records"])


@pytest.fixture(scope="module")
def mia(service: str) -> Person:
    return Person(service, "mia")


@pytest.fixture
def us(service: str) -> Person:
    return Person(service, f"us{time.monotonic_ns() % 10**9}")


@pytest.fixture
def account(us: Person) -> dict[str, Any]:
    made = us.ask("com.atproto.server.createAppPassword", {"name": "Oneroof"})
    return {"service": us.service, "identifier": us.handle, "app_password": made["password"]}


@pytest.fixture
def client() -> SafeClient:
    return SafeClient(allowed_networks=("127.0.0.0/8", "::1/128"))


def draft(uri: str, text: str = "A new seal is on its way.", key: str = "reply-1") -> Draft:
    to = Target(external_id=uri, author_handle="mia.test", text="It leaks", said_at=moment())
    return Draft(key=f"{key}@brumi.example", text=text, to=to)


def test_a_reply_stands_under_its_thread_with_its_facets(
    mia: Person, us: Person, account: dict[str, Any], client: SafeClient
) -> None:
    root = mia.say("My kettle leaks")
    found = httpx.get(f"{mia.service}/xrpc/com.atproto.repo.getRecord", params=parts(root), timeout=30).json()
    reference = {"uri": root, "cid": found["cid"]}
    below = mia.say("It still does", reply={"root": reference, "parent": reference})
    text = "Grüße 👋 @mia.test: https://brumi.example/hilfe #Kessel"
    sent = publish(account, draft(below, text), client)
    assert isinstance(sent, Sent)
    (record,) = us.records()
    assert (record["uri"], record["value"]["text"]) == (sent.external_id, text)
    assert record["value"]["reply"]["root"] == reference
    assert record["value"]["reply"]["parent"]["uri"] == below
    kinds = [facet["features"][0] for facet in record["value"]["facets"]]
    assert [each["$type"].rpartition("#")[2] for each in kinds] == ["mention", "link", "tag"]
    assert kinds[0]["did"] == mia.did


def parts(uri: str) -> dict[str, str]:
    repo, collection, key = uri.removeprefix("at://").split("/")
    return {"repo": repo, "collection": collection, "rkey": key}


def test_the_same_reply_twice_or_eight_times_at_once_stands_once(
    mia: Person, us: Person, account: dict[str, Any], client: SafeClient
) -> None:
    reply = draft(mia.say("My kettle leaks"))
    assert isinstance(read_back(account, reply, client), NotThere)
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _turn: publish(account, reply, client), range(8)))
    again = publish(account, replace(reply, text="Other words"), client)
    assert isinstance(again, Sent)
    assert all(outcome == again for outcome in outcomes if isinstance(outcome, Sent))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Refused) and outcome.permanent]
    assert [each["value"]["text"] for each in us.records()] == ["A new seal is on its way."]
    assert read_back(account, reply, client) == again


def test_the_longest_reply_is_taken(mia: Person, account: dict[str, Any], client: SafeClient) -> None:
    uri = mia.say("My kettle leaks")
    for number, text in enumerate(("x" * 300, "é" * 300, "👋🏽" * 300)):
        assert isinstance(publish(account, draft(uri, text, key=f"long-{number}"), client), Sent)
    assert isinstance(publish(account, draft(uri, "x" * 301, key="too-long"), client), Refused)


def test_what_is_answered_was_deleted(mia: Person, account: dict[str, Any], client: SafeClient) -> None:
    uri = mia.say("My kettle leaks")
    mia.ask("com.atproto.repo.deleteRecord", parts(uri))
    outcome = publish(account, draft(uri), client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent


def test_a_session_is_renewed_and_a_revoked_password_is_noticed(
    us: Person, account: dict[str, Any], client: SafeClient
) -> None:
    service = Service.of(account)
    first = service.session(client)
    renewed = service._renewed(client, first)
    assert renewed is not None
    assert renewed.did == us.did
    us.ask("com.atproto.server.revokeAppPassword", {"name": "Oneroof"})
    with pytest.raises(PollFailedError, match="credentials"):
        identify(account, client)
