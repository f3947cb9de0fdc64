"""The way into X's API v2: who asks, what is asked, and what a refusal means.

Reading goes with the app's own bearer token where there is one, else as our account; writing is always ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Account, Allowance, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import (
    LATER,
    THROTTLED,
    Answer,
    NotAllowedError,
    failure_of,
    get_answer,
    url_with,
)

API = "https://api.x.com"
TITLE = "X"
TOKEN = "/2/oauth2/token"  # noqa: S105 - a path
POSTS = "/2/tweets"
SEARCH = "/2/tweets/search/recent"
STREAM = "/2/tweets/search/stream"
ME = "/2/users/me"
USERS = "/2/users/"
QUARTER, DAY = 900.0, 86_400.0
PAYMENT_REQUIRED = 402
CAPPED = "usage-capped"
"""The last word of a problem's type: the month's posts are used up."""
LIMITS = {SEARCH: 450, POSTS: 300, ME: 75, STREAM: 50, f"{STREAM}/rules": 100}
TIMELINES = 450

_known: dict[str, tuple[str, str]] = {}


@dataclass(frozen=True, slots=True)
class X:
    """``bearer`` is the app's, ``access`` our account's; either may be empty."""

    url: str
    bearer: str
    access: str
    client_id: str

    @classmethod
    def of(cls, settings: Settings) -> "X":
        def told(name: str) -> str:
            return str(settings.get(name) or "").strip()

        return cls(
            (told("api") or API).rstrip("/"), told("bearer_token"), told("access_token"), told("client_id")
        )

    @property
    def app_headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.bearer or self.access}"}

    @property
    def our_headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def get(self, client: SafeClient, path: str, **parameters: Any) -> dict[str, Any]:
        """Raises PollFailedError, or one of its kinds in ``json_api``."""
        return self._got(client, path, self.app_headers, parameters)

    def own_account(self, client: SafeClient) -> tuple[str, str]:
        """Id and name of our account, asked for once a token. Raises PollFailedError."""
        mark = mark_of(self.access)
        if mark not in _known:
            me = self.read_own_account(client)
            _known[mark] = str(me.get("id") or ""), str(me.get("username") or "")
        return _known[mark]

    def read_own_account(self, client: SafeClient) -> dict[str, Any]:
        if not self.access:
            raise NotAllowedError("There is no account: connect one.", next_poll_after=LATER)
        return record(self._got(client, ME, self.our_headers, {}).get("data"))

    def _got(
        self, client: SafeClient, path: str, headers: Mapping[str, str], parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        url = url_with(f"{self.url}{path}", parameters)
        answer = get_answer(client, url, headers=headers)
        if answer.status == 200 and isinstance(answer.value, dict):
            return answer.value
        if is_capped(answer):  # whoever asks next with this app need not
            client.note(url, status=THROTTLED, headers={"Retry-After": str(round(LATER))})
        raise failure(answer)


def failure(answer: Answer) -> PollFailedError:
    """docs.x.com/x-api/fundamentals/response-codes-and-errors, and its types of problems."""
    if answer.status == PAYMENT_REQUIRED:
        return PollFailedError(
            "The credits for X's API are used up: buy more, or wait.", next_poll_after=LATER
        )
    if is_capped(answer):
        return PollFailedError(
            f"X gives no more posts this {period_of(answer)}: the plan's cap is reached.",
            next_poll_after=LATER,
        )
    return failure_of(answer, TITLE)


def is_capped(answer: Answer) -> bool:
    return str(record(answer.value).get("type") or "").endswith(CAPPED)


def period_of(answer: Answer) -> str:
    period = str(record(answer.value).get("period") or "").lower()
    return {"daily": "day", "monthly": "month"}.get(period, "month")


def identify(settings: Settings, client: SafeClient) -> Account:
    """The refresh token lasts as long as it is used; whether it was revoked, this finds out."""
    me = X.of(settings).read_own_account(client)
    return Account(handle=str(me.get("username") or ""), name=str(me.get("name") or ""))


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:
    """docs.x.com/x-api/fundamentals/rate-limits: a quarter of an hour for each endpoint, and replies by the day.
    The headers say what a plan really allows."""
    place = X.of(settings)
    path = urlsplit(url).path.removeprefix(urlsplit(place.url).path)
    app = f"x:{mark_of(place.client_id or place.bearer)}"
    if path == TOKEN:
        return []
    if method == "POST" and path == POSTS:
        us = mark_of(str(settings.get("account") or ""))
        return [
            Allowance(key=f"{app}:{us}:replies", limit=100, seconds=QUARTER),
            Allowance(key=f"{app}:replies-a-day", limit=10_000, seconds=DAY),
        ]
    return [Allowance(key=f"{app}:{_endpoint(path)}", limit=LIMITS.get(path, TIMELINES), seconds=QUARTER)]


def _endpoint(path: str) -> str:
    """Without what differs from account to account."""
    if path == ME or not path.startswith(USERS):
        return path
    return f"{USERS}by" if path.startswith(f"{USERS}by/") else f"{USERS}{path.rpartition('/')[2]}"


def record(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def records(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
