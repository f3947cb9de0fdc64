"""The pages over HTTP, and a post's way into an open inbox: real web server, real worker, a full database."""

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from oneroof.accounts.models import User
from oneroof.care.bench import fill
from oneroof.care.models import Conversation
from oneroof.care.rules.figures import percentile
from oneroof.config.static import collect_static_files
from oneroof.core import clock
from oneroof.core.cluster import Cluster
from oneroof.core.errors import OneroofError
from oneroof.core.home import home
from oneroof.core.scratch import machine, scratch_database
from oneroof.core.webhooks import new_secret, signed_headers
from oneroof.listening.models import Source
from oneroof.listening.secrets import seal_secrets

START_SECONDS = 60
STOP_SECONDS = 20
CONCURRENCY = (1, 8)
ASKED_EVERY = 1.0  # as an open list does, in live.js
GIVE_UP = 30.0


@dataclass(frozen=True, slots=True)
class Site:
    """A web server that runs, and the cookie of somebody who is signed in."""

    port: int
    cookie: str

    def connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=GIVE_UP)

    def get(self, line: http.client.HTTPConnection, address: str, **headers: str) -> tuple[int, bytes]:
        line.request("GET", address, headers={"Cookie": self.cookie, **headers})
        answer = line.getresponse()
        return answer.status, answer.read()


def measure_pages(posts: int, conversations: int, seconds: float, arrivals: int) -> dict[str, Any]:
    """Each page, by one and by eight people at once; and arrivals in an inbox that is open."""
    collect_static_files()
    with scratch_database():
        user = fill(posts, conversations)
        form, secret = _form()
        with running("worker"), site_with(user) as site:
            pages = {name: page_figures(site, address, seconds) for name, address in _pages().items()}
            arrived = [_arrival(site, form, secret, number) for number in range(arrivals)]
    return {
        "machine": machine(),
        "posts": posts,
        "open_conversations": conversations,
        "seconds_a_page": seconds,
        "pages": pages,
        "arrivals": arrivals,
        "arrival_median_s": round(median(arrived), 2) if arrived else None,
        "arrival_longest_s": round(max(arrived), 2) if arrived else None,
    }


def pages_as_table(result: Any) -> str:
    lines = [f"{'page':16} {'at once':>8} {'requests/s':>11} {'median ms':>10} {'p99 ms':>8}"]
    for name, by_concurrency in result["pages"].items():
        for people, figures in by_concurrency.items():
            lines.append(
                f"{name:16} {people:>8} {figures['per_second']:>11,} {figures['median_ms']:>10,} "
                f"{figures['p99_ms']:>8,}"
            )
    shown = (result["arrival_median_s"], result["arrival_longest_s"])
    lines.append(f"from the webhook into an open inbox: median {shown[0]} s, longest {shown[1]} s")
    return "\n".join(lines)


def _pages() -> dict[str, str]:
    conversation = Conversation.objects.order_by("-rank").values_list("pk", flat=True)[0]
    return {
        "inbox": reverse("care:inbox"),
        "inbox, searched": f"{reverse('care:inbox')}?view=open&q=limescale",
        "conversation": reverse("care:conversation", args=[conversation]),
        "listen": reverse("listen"),
        "watches": reverse("watches"),
        "outbox": reverse("care:outbox"),
        "service levels": reverse("care:levels"),
        "front": "/",
    }


def _form() -> tuple[Source, str]:
    secret = new_secret()
    sealed = seal_secrets({"secret": secret})
    words = {"reply_url": "http://127.0.0.1:9/"}
    return Source.objects.create(network="webhook", name="Form", settings=words, secret=sealed), secret


@contextmanager
def site_with(user: User) -> Iterator[Site]:
    """A web server on the scratch database, at which this person is signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with running("web", ONEROOF_PORT=str(port)) as web:
        _wait_for(port, web)
        yield Site(port, cookie)


@contextmanager
def running(child: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child of ``oneroof up`` on the scratch database, until the block ends."""
    words = os.environ | {"DATABASE_URL": _scratch_url(), "ONEROOF_LOG_LEVEL": "ERROR"} | environment
    running = subprocess.Popen([sys.executable, "-m", "oneroof.config.children", child], env=words)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _scratch_url() -> str:
    name = str(connection.settings_dict["NAME"])
    if not settings.DATABASE_URL:
        return Cluster(home()).url(name)
    return urlunsplit(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}"))


def _wait_for(port: int, web: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if web.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise OneroofError("The web server did not start.")


def page_figures(site: Site, address: str, seconds: float) -> dict[str, dict[str, float]]:
    """By one and by eight people at once: pages a second, and milliseconds at the median and at p99."""
    _ask_for(site, address, time.monotonic() + 0.5, [])  # the first answers fill caches
    return {str(people): _asked(site, address, people, seconds) for people in CONCURRENCY}


def _asked(site: Site, address: str, people: int, seconds: float) -> dict[str, float]:
    taken: list[float] = []
    started = time.monotonic()
    crowd = [
        threading.Thread(target=_ask_for, args=(site, address, started + seconds, taken))
        for _ in range(people)
    ]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return _figures(taken, time.monotonic() - started)


def _ask_for(site: Site, address: str, until: float, taken: list[float]) -> None:
    """Again and again over one connection; at least once."""
    line = site.connected()
    while True:
        started = time.perf_counter()
        status, _body = site.get(line, address)
        taken.append((time.perf_counter() - started) * 1_000)
        if status != 200:
            raise OneroofError(f"{address} answered {status}.")
        if time.monotonic() >= until:
            line.close()
            return


def _figures(taken: Sequence[float], seconds: float) -> dict[str, float]:
    rising = sorted(taken)
    if not rising:
        raise OneroofError("No page was answered.")
    return {
        "per_second": round(len(rising) / seconds, 1),
        "median_ms": round(median(rising), 1),
        "p99_ms": round(percentile(rising, 99), 1),
    }


def _arrival(site: Site, form: Source, secret: str, number: int) -> float:
    """Seconds from the message's POST until the open list tells of it, asked each second as a browser does."""
    line = site.connected()
    listed = f"?view=unclaimed&source={form.pk}"
    changes = reverse("care:inbox_changes") + listed
    version = json.loads(site.get(line, f"{changes}&since=0")[1])["version"]
    next_asked = time.monotonic() + random.random() * ASKED_EVERY  # noqa: S311  somewhere within its second
    started = time.monotonic()
    _post(site, form, secret, number)
    while time.monotonic() - started < GIVE_UP:
        time.sleep(max(next_asked - time.monotonic(), 0))
        next_asked += ASKED_EVERY
        told = site.get(line, f"{changes}&since={version}", **{"If-None-Match": f'"{version}"'})
        if told[0] == 200 and json.loads(told[1])["count"]:
            if f"arrival {number} leaks".encode() not in site.get(line, reverse("care:inbox") + listed)[1]:
                raise OneroofError("The list told of a post that it does not show.")
            return time.monotonic() - started
    raise OneroofError(f"A post did not arrive within {GIVE_UP:.0f} seconds.")


def _post(site: Site, form: Source, secret: str, number: int) -> None:
    post = {
        "external_id": f"arrival-{number}",
        "author_handle": f"arriving{number}",
        "text": f"My kettle of arrival {number} leaks. What now?",
        "created_at": clock.now().isoformat(),
    }
    body = json.dumps({"posts": [post]}).encode()
    headers = signed_headers(secret, f"bench-{number}", clock.now(), body)
    line = site.connected()
    address = f"/api/v1/sources/{form.pk}/inbox"
    line.request("POST", address, body, {"Content-Type": "application/json", **headers})
    answer = line.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise OneroofError(f"The webhook answered {answer.status}: {said[:200].decode(errors='replace')}")
