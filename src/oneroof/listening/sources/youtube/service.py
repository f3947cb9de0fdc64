"""The way into YouTube's Data API v3: who asks, what it costs, and what a refusal means.

Reading goes with an API key where there is one; answering, and what only our account may see, with an access
token, which is kept while the process lives: Google gives another for the refresh token at any time
(developers.google.com/identity/protocols/oauth2/web-server).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from oneroof.core import clock
from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.listening.sources.base import Account, Allowance, MustWaitError, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import (
    LATER,
    SOON,
    THROTTLED,
    Answer,
    NotAllowedError,
    failure_of,
    get_answer,
    post_form,
    url_with,
)
from oneroof.listening.sources.youtube.quota import READ, UNITS, WRITE, seconds_to_reset

API = "https://www.googleapis.com/youtube/v3"
TOKENS = "https://oauth2.googleapis.com/token"
TITLE = "YouTube"
COMMENTS = "/comments"
RENEWED_BEFORE = timedelta(seconds=60)
LASTS = 3_600
SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
SWITCHED_OFF = "commentsDisabled"


class SwitchedOffError(PollFailedError):
    """Nobody may comment there any more."""


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    ends: datetime


_sessions: dict[str, Session] = {}
_channels: dict[str, str] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class YouTube:
    """``key`` is empty where one reads as our account too."""

    api: str
    tokens: str
    key: str
    client_id: str
    client_secret: str
    refresh_token: str

    @classmethod
    def of(cls, settings: Settings) -> "YouTube":
        def told(name: str) -> str:
            return str(settings.get(name) or "").strip()

        return cls(
            (told("api") or API).rstrip("/"),
            told("token_address") or TOKENS,
            told("api_key"),
            told("client_id"),
            told("client_secret"),
            told("refresh_token"),
        )

    @property
    def has_account(self) -> bool:
        return bool(self.client_id and self.refresh_token)

    def get(self, client: SafeClient, path: str, *, as_us: bool = False, **asked: Any) -> dict[str, Any]:
        """Raises PollFailedError, or one of its kinds in ``json_api``."""
        needs_us = as_us or not self.key
        headers = self.our_headers(client) if needs_us else {"X-Goog-Api-Key": self.key}
        answer = get_answer(client, url_with(f"{self.api}{path}", asked), headers=headers)
        if answer.status == 200 and isinstance(answer.value, dict):
            return answer.value
        self.learn_from(client, answer)
        raise failure(answer)

    def learn_from(self, client: SafeClient, answer: Answer) -> None:
        """What a refusal tells those who ask next: the token has ended, or the day's units are spent for all."""
        if answer.status == 401:
            self.forget_session()
        if reason_of(answer) in SPENT:
            wait = round(seconds_to_reset(clock.now()))
            client.note(self.api, status=THROTTLED, headers={"Retry-After": str(wait)})

    def our_headers(self, client: SafeClient) -> Mapping[str, str]:
        """Raises PollFailedError where there is no account, or it is not taken any more."""
        if not self.has_account:
            raise NotAllowedError("There is neither an API key nor an account.", next_poll_after=LATER)
        return {"Authorization": f"Bearer {self._session(client).token}"}

    def forget_session(self) -> None:
        with _lock:
            _sessions.pop(self._mark, None)

    def own_channel(self, client: SafeClient) -> str:
        """Our account's channel, asked for once. Raises PollFailedError."""
        if self._mark not in _channels:
            _channels[self._mark] = str(self.read_own_channel(client).get("id") or "")
        return _channels[self._mark]

    def read_own_channel(self, client: SafeClient) -> dict[str, Any]:
        found = items(self.get(client, "/channels", as_us=True, part="snippet", mine="true"))
        if not found:
            raise NotAllowedError("The account has no channel at YouTube.", next_poll_after=LATER)
        return found[0]

    def ask_for_token(self, client: SafeClient, brought: Mapping[str, Any]) -> dict[str, Any]:
        """Raises PollFailedError; NotAllowedError where Google does not take what was brought."""
        sent = {**brought, "client_id": self.client_id, "client_secret": self.client_secret}
        try:
            answer = post_form(client, self.tokens, sent)
        except HeldBackError as error:
            raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
        except FetchError as error:
            raise PollFailedError(error.reason, next_poll_after=SOON) from error
        told = record(answer.value)
        if answer.status == 200 and isinstance(told.get("access_token"), str):
            return told
        if answer.status == 400:  # RFC 6749, 5.2: invalid_grant and its kin
            reason = f"Google does not take the account any more: connect it again ({answer.said})."
            raise NotAllowedError(reason, next_poll_after=LATER)
        raise failure_of(answer, "Google")

    @property
    def _mark(self) -> str:
        return mark_of(f"{self.tokens}:{self.client_id}:{self.refresh_token}")

    def _session(self, client: SafeClient) -> Session:
        with _lock:
            known = _sessions.get(self._mark)
            if known is None or known.ends <= clock.now() + RENEWED_BEFORE:
                brought = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
                known = session_of(self.ask_for_token(client, brought))
                _sessions[self._mark] = known
            return known


def session_of(told: Mapping[str, Any]) -> Session:
    lasts = told.get("expires_in")
    seconds = lasts if isinstance(lasts, int) and 0 < lasts <= 24 * LASTS else LASTS
    return Session(str(told["access_token"]), clock.now() + timedelta(seconds=seconds))


def failure(answer: Answer) -> PollFailedError:
    """developers.google.com/youtube/v3/docs/errors: one word for each reason, whatever the status."""
    reason = reason_of(answer)
    if reason in SPENT:
        wait = seconds_to_reset(clock.now())
        return PollFailedError(
            "The day's units of YouTube are spent, until midnight in California.", next_poll_after=wait
        )
    if is_too_fast(answer):
        return PollFailedError("YouTube asks us to go slower.", next_poll_after=SOON)
    if reason == SWITCHED_OFF:
        return SwitchedOffError("Comments are switched off there.", next_poll_after=LATER)
    return failure_of(answer, TITLE)


def is_too_fast(answer: Answer) -> bool:
    """Said with 403; with 429 there is a header to obey."""
    return answer.status == 403 and reason_of(answer) in TOO_FAST


def reason_of(answer: Answer) -> str:
    found = records(record(record(answer.value).get("error")).get("errors"))
    return str(found[0].get("reason") or "") if found else ""


def identify(settings: Settings, client: SafeClient) -> Account:
    """Refresh tokens last until they are revoked, or a week while the app is in testing, which this finds out."""
    place = YouTube.of(settings)
    if not place.has_account:
        raise PollFailedError("There is no account to ask after.")
    place.forget_session()
    snippet = record(place.read_own_channel(client).get("snippet"))
    handle = str(snippet.get("customUrl") or snippet.get("title") or "")
    return Account(handle=handle.lstrip("@"), name=str(snippet.get("title") or ""))


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:
    """The day's units of the project that the API key is of, which should be the client's too."""
    place = YouTube.of(settings)
    if url == place.tokens:
        return []
    cost = WRITE if method == "POST" and urlsplit(url).path.endswith(COMMENTS) else READ
    units = int(settings.get("daily_units") or UNITS)
    whose = mark_of(place.key or place.client_id)
    return [Allowance(key=f"youtube:{whose}", limit=units, seconds=seconds_to_reset(clock.now()), cost=cost)]


def items(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return records(told.get("items"))


def record(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def records(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
