"""Asking the Stack Exchange API 2.3: its wrapper, its errors, its quota and its back-off.

From api.stackexchange.com/docs: *wrapper* (items, has_more, quota_max, quota_remaining, backoff, error_id,
error_name, error_message), *throttle* (a method that says ``backoff`` is not to be asked for so many seconds; 300
requests a day from an address, 10,000 with a key), *error-handling* (ids; 502 is ``throttle_violation`` and comes
with status 400), *paging* (100 at most a page), *filters* (``withbody``: the default and the bodies, as HTML).
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Allowance, MustWaitError, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import (
    LATER,
    SAID_KEPT,
    SOON,
    Answer,
    NotAllowedError,
    NotFoundError,
    failure_of,
    get_answer,
    url_with,
)

ADDRESS = "https://api.stackexchange.com/2.3"
PAGE = 100
IDS_AT_MOST = 100
A_DAY = 86_400.0
WITH_KEY, WITHOUT_KEY = 10_000, 300
THROTTLE_VIOLATION = 502
NOT_ALLOWED = frozenset({401, 402, 403, 406})
NO_METHOD = 404
SECONDS_LEFT = re.compile(r"available in (\d{1,6}) seconds")
OWN_DOMAINS = frozenset({"stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps"})


class Asking:
    """The questions of one poll. ``wait`` is how long to ask nothing any more, in seconds; 0 while one may."""

    def __init__(self, settings: Settings, client: SafeClient) -> None:
        self.wait = 0.0
        self._client = client
        self._address = str(settings.get("address") or ADDRESS).strip().rstrip("/")
        self._always = {
            "site": str(settings.get("site") or "").strip(),
            "filter": "withbody",
            "pagesize": PAGE,
        }
        self._key = key_of(settings)

    @property
    def who(self) -> str:
        return urlsplit(self._address).netloc

    def page(self, path: str, **parameters: Any) -> tuple[list[Any], bool]:
        """One page's items, and whether there are more. Raises MustWaitError where we were told to wait before,
        PollFailedError or one of its kinds where there is no page."""
        if self.wait:
            raise MustWaitError(f"{self.who} asked us to wait.", next_poll_after=self.wait)
        url = url_with(f"{self._address}{path}", {**self._always, **parameters, "key": self._key or None})
        told = self._wrapper(get_answer(self._client, url))
        self._note(url, told)
        return told["items"], told.get("has_more") is True

    def of_each(self, path: str, ids: Sequence[str], **parameters: Any) -> tuple[list[Any], bool]:
        """The same of a hundred ids at most, which stand in the path where it says ``{ids}``."""
        return self.page(path.replace("{ids}", ";".join(ids[:IDS_AT_MOST])), **parameters)

    def _wrapper(self, answer: Answer) -> dict[str, Any]:
        told = answer.value if isinstance(answer.value, dict) else {}
        if isinstance(told.get("error_id"), int):
            raise _failure(told, self.who)
        if answer.status != 200 or answer.value is None:
            raise failure_of(answer, self.who)
        if not isinstance(told.get("items"), list):
            raise PollFailedError(f"{self.who} answered in a form that its reference does not know.")
        return told

    def _note(self, url: str, told: dict[str, Any]) -> None:
        most, left = told.get("quota_max"), told.get("quota_remaining")
        if isinstance(most, int) and isinstance(left, int):
            quota = {"Limit": most, "Remaining": max(left, 0), "Reset": _until_midnight()}
            headers = {f"X-RateLimit-{name}": f"{number:.0f}" for name, number in quota.items()}
            self._client.note(url, status=200, headers=headers)
            self.wait = _until_midnight() if left <= 0 else 0.0
        if isinstance(pause := told.get("backoff"), int) and pause > 0:
            self.wait = max(self.wait, float(pause))
            self._client.note(url, status=429, headers={"Retry-After": str(pause)})


def key_of(settings: Settings) -> str:
    return str(settings.get("key") or "").strip()


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    """A day's quota of an address, or of an address with a key."""
    key = key_of(settings)
    who = f"stackexchange:{urlsplit(url).netloc}:{mark_of(key)}"
    return [Allowance(key=who, limit=WITH_KEY if key else WITHOUT_KEY, seconds=A_DAY)]


def origin_of(site: str) -> str:
    """Where people read a site: its API name is its domain, or the beginning of it."""
    if site.endswith((".com", ".net", ".org")):
        return f"https://{site}"
    return (
        f"https://{site}.com"
        if site.rpartition(".")[2] in OWN_DOMAINS
        else f"https://{site}.stackexchange.com"
    )


def _failure(told: dict[str, Any], who: str) -> PollFailedError:
    number, words = told["error_id"], str(told.get("error_message") or "")[:SAID_KEPT]
    reason = f"{who} answered {number} {told.get('error_name') or ''}".strip()
    reason = f"{reason} ({words})." if words else f"{reason}."
    if number == THROTTLE_VIOLATION:
        left = SECONDS_LEFT.search(words)
        return PollFailedError(reason, next_poll_after=max(SOON, float(left[1]) if left else SOON))
    if number in NOT_ALLOWED:
        return NotAllowedError(reason, next_poll_after=LATER)
    if number == NO_METHOD:
        return NotFoundError(reason, next_poll_after=LATER)
    return PollFailedError(reason, next_poll_after=SOON)


def _until_midnight() -> float:
    """Seconds until the day's quota is new: a day of Stack Exchange is one of UTC."""
    now = clock.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
