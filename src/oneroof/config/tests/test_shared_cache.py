"""The shared cache: what it keeps, for whom, and for how long."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.conf import settings

from oneroof.config import shared_cache
from oneroof.config.shared_cache import SharedCache

SHARED = ("Cache-Control", "public, max-age=0, s-maxage=3")


class Program:
    """An application that numbers its answers."""

    def __init__(self, *headers: tuple[str, str], status: str = "200 OK", size: int = 0) -> None:
        self.headers, self.status, self.size, self.asked = [*headers], status, size, 0

    def __call__(self, _request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        start(self.status, self.headers)
        return [b"answer ", str(self.asked).encode().ljust(self.size)]


def get(site: SharedCache, address: str = "/", **more: str) -> bytes:
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "wsgi.url_scheme": "http"} | more
    return b"".join(site(request, lambda *_said: None)).strip()


def test_what_may_be_shared_is_asked_once() -> None:
    site = SharedCache(Program(SHARED, ("Vary", "Cookie, Accept-Language")))
    assert [get(site), get(site)] == [b"answer 1", b"answer 1"]


def test_it_is_asked_again_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(shared_cache.time, "monotonic", lambda: now[0])
    site = SharedCache(Program(SHARED))
    get(site)
    now[0] += 3
    assert get(site) == b"answer 2"


@pytest.mark.parametrize(
    "program",
    [
        Program(),
        Program(("Cache-Control", "private, no-store")),
        Program(SHARED, ("Set-Cookie", "csrftoken=1")),
        Program(SHARED, ("Vary", "User-Agent")),
        Program(SHARED, status="404 Not Found"),
        Program(SHARED, size=shared_cache.LARGEST + 1),
    ],
    ids=["unsaid", "private", "with a cookie", "varies by more", "not found", "very large"],
)
def test_what_may_not_be_shared_is_asked_each_time(program: Program) -> None:
    site = SharedCache(program)
    assert [get(site), get(site)] == [b"answer 1", b"answer 2"]


@pytest.mark.parametrize(
    "other",
    [
        {"HTTP_COOKIE": f"a=b; {settings.SESSION_COOKIE_NAME}=somebody"},
        {"HTTP_COOKIE": "django_language=es"},
        {"HTTP_ACCEPT_LANGUAGE": "es"},
        {"HTTP_HOST": "elsewhere"},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"QUERY_STRING": "page=2"},
        {"REQUEST_METHOD": "POST"},
    ],
)
def test_whoever_asks_otherwise_is_not_served_what_another_was(other: dict[str, str]) -> None:
    site = SharedCache(Program(SHARED))
    get(site)
    assert get(site, **other) == b"answer 2"


def test_somebody_with_a_session_is_always_answered_afresh() -> None:
    site = SharedCache(Program(SHARED))
    theirs = {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=somebody"}
    assert [get(site, **theirs), get(site, **theirs)] == [b"answer 1", b"answer 2"]


def test_the_pages_used_longest_ago_go_first() -> None:
    site = SharedCache(Program(SHARED), most_bytes=2 * len("answer 1"))
    get(site, "/a"), get(site, "/b"), get(site, "/a"), get(site, "/c")
    assert (get(site, "/a"), get(site, "/b")) == (b"answer 1", b"answer 4")
