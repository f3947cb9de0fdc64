"""One budget a credential: no process spends more of it than there is, and what the other side says holds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.db import connection

from oneroof.core import clock
from oneroof.core.http import HeldBackError, SafeClient
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.listening.budgets import FOR_HEARING, take, within_budget
from oneroof.listening.models import RateBudget
from oneroof.listening.queries import rate_budgets
from oneroof.listening.quotas import Quota, pause_asked_for, quota_of, share_used
from oneroof.listening.sources.base import Allowance, Network, Settings

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHARED = Allowance(key="far:example:anonymous", limit=10, seconds=300)


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:
    return [SHARED]


PLACE = Network(key="far", title="Far", allow=allow)


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as running:
        yield running


@pytest.fixture
def client() -> SafeClient:
    return within_budget(SafeClient(allowed_networks=LOOPBACK), PLACE, {})


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_spend_what_there_is() -> None:
    def spend(_turn: int) -> bool:
        try:
            return take(SHARED) == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(spend, range(40))) == 10
    assert RateBudget.objects.get().used == 10


@pytest.mark.django_db
def test_hearing_leaves_a_fifth_to_answering() -> None:
    assert [take(SHARED, FOR_HEARING) == 0 for _ in range(9)] == [True] * 8 + [False]
    assert [take(SHARED) == 0 for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_a_spent_budget_says_how_long_and_comes_back() -> None:
    for _ in range(10):
        take(SHARED)
    assert 290 < take(SHARED) <= 300
    RateBudget.objects.update(resets_at=clock.ago(seconds=1))
    assert take(SHARED) == 0
    assert RateBudget.objects.get().used == 1


@pytest.mark.django_db
def test_what_the_headers_say_holds(web: LocalWeb, client: SafeClient) -> None:
    resets = clock.now() + timedelta(seconds=90)
    told = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": resets.isoformat()}
    web.routes["/"] = answer("{}", headers=told)
    client.get(web.url("/"))
    budget = RateBudget.objects.get()
    assert (budget.allowed, budget.used, budget.resets_at) == (300, 299, resets)
    client.get(web.url("/"))
    with pytest.raises(HeldBackError) as held:
        client.get(web.url("/"))
    assert 80 < held.value.seconds <= 90
    assert len(web.asked) == 2


@pytest.mark.django_db
def test_who_is_told_to_wait_waits(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/"] = answer("{}", status=429, headers={"Retry-After": "600"})
    client.get(web.url("/"))
    with pytest.raises(HeldBackError) as held:
        client.get(web.url("/"))
    assert 590 < held.value.seconds <= 600
    (shown,) = rate_budgets()
    assert shown.held_until
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        (
            {
                "x-ratelimit-limit": "300",
                "x-ratelimit-remaining": "7",
                "x-ratelimit-reset": "2026-03-02T09:05:00Z",
            },
            Quota(300, 7, NOW + timedelta(minutes=5)),
        ),
        (
            {"ratelimit-limit": "3000", "ratelimit-remaining": "2999", "ratelimit-reset": "1772442300"},
            Quota(3000, 2999, NOW + timedelta(minutes=5)),
        ),
        (
            {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "99.5", "x-ratelimit-reset": "60"},
            Quota(100, 99, NOW + timedelta(minutes=1)),
        ),
        (
            {"x-ratelimit-used": "12", "x-ratelimit-remaining": "988.0", "x-ratelimit-reset": "60"},
            Quota(1000, 988, NOW + timedelta(minutes=1)),
        ),
        ({"x-ratelimit-limit": "many", "x-ratelimit-remaining": "7", "x-ratelimit-reset": "60"}, None),
        ({"x-ratelimit-limit": "3", "x-ratelimit-remaining": "7", "x-ratelimit-reset": "nan"}, None),
        ({}, None),
    ],
)
def test_quotas_are_read_as_networks_write_them(headers: dict[str, str], quota: Quota | None) -> None:
    assert quota_of(headers, NOW) == quota


def test_pauses_are_read_as_servers_write_them() -> None:
    later = format_datetime(NOW + timedelta(minutes=2), usegmt=True)
    assert pause_asked_for(429, {"retry-after": "120"}, NOW) == timedelta(minutes=2)
    assert pause_asked_for(503, {"retry-after": later}, NOW) == timedelta(minutes=2)
    assert pause_asked_for(429, {"retry-after": "500000"}, NOW) == timedelta(days=1)
    assert pause_asked_for(429, {}, NOW) == timedelta(minutes=1)
    assert pause_asked_for(503, {}, NOW) is None
    assert pause_asked_for(500, {"retry-after": "120"}, NOW) is None


def test_apple_tells_an_hour_that_rolls() -> None:
    told = quota_of({"x-rate-limit": "user-hour-lim:3500;user-hour-rem:500;"}, NOW)
    assert told == Quota(3_500, 500, NOW + timedelta(hours=1))


METAS = {
    "x-app-usage": '{"call_count": 28, "total_time": 25, "total_cputime": 31}',
    "x-business-use-case-usage": '{"17": [{"type": "pages", "call_count": 96, "total_cputime": 25,'
    ' "total_time": 25, "estimated_time_to_regain_access": 19}]}',
}


def test_meta_tells_percent_and_minutes() -> None:
    assert share_used(METAS) == 0.96
    assert share_used({"x-app-usage": METAS["x-app-usage"]}) == 0.31
    assert pause_asked_for(400, METAS, NOW) == timedelta(minutes=19)
    assert pause_asked_for(200, {"x-app-usage": METAS["x-app-usage"]}, NOW) is None


@pytest.mark.parametrize("nonsense", ["", "{", "[1]", '{"17": [3]}', '{"call_count": "many"}', "[" * 99_999])
def test_nonsense_of_meta_is_passed_over(nonsense: str) -> None:
    assert share_used({"x-app-usage": nonsense}) in {None, 0.0}
    assert pause_asked_for(200, {"x-business-use-case-usage": nonsense}, NOW) is None


@pytest.mark.django_db
def test_a_share_that_is_used_is_used_of_ours(web: LocalWeb, client: SafeClient) -> None:
    web.otherwise = answer("{}", headers={"X-App-Usage": '{"call_count": 88}'})
    client.get(web.url("/"))
    assert RateBudget.objects.get().used == 9
    client.get(web.url("/"))
    with pytest.raises(HeldBackError):
        client.get(web.url("/"))
