"""Fifty people claim one conversation at the same moment, through the API of the real web server."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from django.conf import settings
from django.db import connection

from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.care.actions.opening import open_conversations
from oneroof.care.models import Conversation
from oneroof.care.tests.conftest import said
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source

PEOPLE = 50
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The web child of ``oneroof up``, on this test's database."""
    port = free_port()
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {"DATABASE_URL": urlunsplit(address), "ONEROOF_PORT": str(port)}
    web = subprocess.Popen([sys.executable, "-m", "oneroof.config.children", "web"], env=environment)
    try:
        wait_for(port, web)
        yield f"http://127.0.0.1:{port}"
    finally:
        web.terminate()
        web.wait(timeout=15)


def wait_for(port: int, web: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        assert web.poll() is None, "the web server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the web server did not start")


def test_of_fifty_who_claim_at_once_one_has_it_and_49_are_told_who(server: str) -> None:
    source = Source.objects.create(
        network="webhook", name="form", settings={"reply_url": "http://x.example/"}
    )
    receive_posts(source, [said("1")])
    open_conversations(source.pk, list(Post.objects.values_list("pk", flat=True)))
    conversation = Conversation.objects.get()
    people = [
        User.objects.create_user(f"agent{n}@company.example", name=f"Agent {n}", role=Role.AGENT)
        for n in range(PEOPLE)
    ]
    tokens = [create_token(None, person.email) for person in people]
    answers = at_once(f"{server}/api/v1/conversations/{conversation.pk}/claim", tokens)
    winners = [each.json()["claimant"] for each in answers if each.status_code == 200]
    losers = [each.json() for each in answers if each.status_code == 409]
    assert (len(winners), len(losers)) == (1, PEOPLE - 1)
    assert [problem["claimant"] for problem in losers] == winners * (PEOPLE - 1)
    conversation.refresh_from_db()
    assert {problem["until"] for problem in losers} == {conversation.claim_expires_at.isoformat()}
    assert winners[0] == {"id": conversation.claimant_id, "name": str(conversation.claimant)}


def at_once(url: str, tokens: list[str]) -> list[httpx.Response]:
    """One request each, all let go by one barrier."""
    start, answers = threading.Barrier(len(tokens)), []

    def ask(token: str) -> None:
        start.wait()
        answers.append(httpx.post(url, headers={"Authorization": f"Bearer {token}"}, timeout=60))

    crowd = [threading.Thread(target=ask, args=(token,)) for token in tokens]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return answers
