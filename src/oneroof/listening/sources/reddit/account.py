"""One application's way into Reddit's API: a token that is kept while the process lives, and what was answered.

OAuth as in github.com/reddit-archive/reddit/wiki/OAuth2: a *web app* brings a refresh token, a *script* name and
password, and an application alone may read. Access tokens last a day at most and are kept in memory only.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from oneroof.core import clock
from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.listening.sources.base import Account, Allowance, MustWaitError, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import (
    Answer,
    NotAllowedError,
    SaidNoError,
    failure_of,
    get_answer,
    post_form,
    url_with,
)

SITE = "https://www.reddit.com"
API = "https://oauth.reddit.com"
TITLE = "Reddit"
REQUESTS, WINDOW = 1_000, 600.0
RENEWED_BEFORE = timedelta(seconds=60)
TURNED_AWAY = 900.0
"""Seconds to stay away where we are turned away unheard."""


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    ends: datetime


_sessions: dict[str, Session] = {}
_names: dict[str, str] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Reddit:
    """``site`` is where people agree and tokens are given, ``api`` where all else is asked."""

    site: str
    api: str
    client_id: str
    client_secret: str
    refresh_token: str
    username: str
    password: str

    @classmethod
    def of(cls, settings: Settings) -> "Reddit":
        def told(name: str) -> str:
            return str(settings.get(name) or "").strip()

        return cls(
            (told("site") or SITE).rstrip("/"),
            (told("api") or API).rstrip("/"),
            told("client_id"),
            told("client_secret"),
            told("refresh_token"),
            told("username").removeprefix("u/").lstrip("@"),
            told("password"),
        )

    @property
    def has_account(self) -> bool:
        return bool(self.refresh_token or (self.username and self.password))

    def get(self, client: SafeClient, path: str, **parameters: Any) -> Any:
        """Raises PollFailedError, or one of its kinds in ``json_api``. An ended token is renewed once."""
        url = url_with(f"{self.api}{path}", {**parameters, "raw_json": 1})
        answer = get_answer(client, url, headers=self.headers(client))
        if answer.status == 401:
            self.forget()
            answer = get_answer(client, url, headers=self.headers(client))
        if answer.status == 200 and answer.value is not None:
            return answer.value
        stay_away(answer, client, url)
        raise _failure_of(answer)

    def post(self, client: SafeClient, path: str, sent: Mapping[str, Any]) -> Answer:
        """One POST as our account. Raises FetchError, or PollFailedError where there is no token."""
        answer = post_form(client, f"{self.api}{path}", sent, headers=self.headers(client))
        if answer.status == 401:
            self.forget()
        stay_away(answer, client, f"{self.api}{path}")
        return answer

    def name(self, client: SafeClient) -> str:
        """Our account's, as Reddit writes it. Raises PollFailedError."""
        if self._key not in _names:
            told = self.get(client, "/api/v1/me")
            if not isinstance(told, dict) or not told.get("name"):
                raise PollFailedError("Reddit does not say whose account this is.")
            _names[self._key] = str(told["name"])
        return _names[self._key]

    def headers(self, client: SafeClient) -> dict[str, str]:
        with _lock:
            known = _sessions.get(self._key)
            if known is None or known.ends <= clock.now() + RENEWED_BEFORE:
                known = _sessions[self._key] = self._opened(client)
        return {"Authorization": f"Bearer {known.token}", **self.who_we_are(client)}

    def who_we_are(self, client: SafeClient) -> dict[str, str]:
        """In the form that github.com/reddit-archive/reddit/wiki/API asks for."""
        by = f"by /u/{self.username}" if self.username else client.user_agent
        return {"User-Agent": f"server:oneroof:{version('oneroof')} ({by})"}

    def forget(self) -> None:
        with _lock:
            _sessions.pop(self._key, None)
            _names.pop(self._key, None)

    def ask_for_token(self, client: SafeClient, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Raises PollFailedError; NotAllowedError where the credentials are not taken."""
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode("ascii")
        headers = {"Authorization": f"Basic {pair}", **self.who_we_are(client)}
        try:
            answer = post_form(client, f"{self.site}/api/v1/access_token", sent, headers=headers)
        except HeldBackError as error:
            raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
        except FetchError as error:
            raise PollFailedError(error.reason) from error
        told = answer.value if isinstance(answer.value, dict) else {}
        if answer.status == 200 and isinstance(told.get("access_token"), str):
            return told
        if answer.code in {"invalid_grant", "unsupported_grant_type"}:  # with 200 or with 400
            raise NotAllowedError(
                "Reddit does not take the credentials any more: connect the account again.",
                next_poll_after=TURNED_AWAY,
            )
        raise _failure_of(answer)

    @property
    def _key(self) -> str:
        who = (
            self.site,
            self.client_id,
            self.client_secret,
            self.refresh_token,
            self.username,
            self.password,
        )
        return mark_of("\n".join(who))

    def _opened(self, client: SafeClient) -> Session:
        told = self.ask_for_token(client, self._grant())
        lasts = told.get("expires_in")
        seconds = lasts if isinstance(lasts, int) and 0 < lasts <= 86_400 else 3_600
        return Session(told["access_token"], clock.now() + timedelta(seconds=seconds))

    def _grant(self) -> dict[str, str]:
        if self.refresh_token:
            return {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        if self.has_account:
            return {"grant_type": "password", "username": self.username, "password": self.password}
        return {"grant_type": "client_credentials"}


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    """100 requests a minute an application, counted over ten minutes (Reddit's Data API Wiki). How often one may
    comment, Reddit decides by the account's standing, and says."""
    place = Reddit.of(settings)
    who = f"reddit:{urlsplit(place.api).netloc}:{mark_of(place.client_id)}"
    return [Allowance(key=who, limit=REQUESTS, seconds=WINDOW)]


def identify(settings: Settings, client: SafeClient) -> Account:
    """Refresh tokens do not expire; they can be revoked, which this finds out."""
    place = Reddit.of(settings)
    place.forget()
    if not place.has_account:
        place.headers(client)
        return Account(handle="")
    return Account(handle=place.name(client))


def is_turned_away(answer: Answer) -> bool:
    """Reddit throttles with 403 too, in a page for people; where it forbids, it says so in JSON."""
    return answer.status == 403 and not isinstance(answer.value, dict)


def stay_away(answer: Answer, client: SafeClient, url: str) -> None:
    """All that this application asks waits, where it is turned away."""
    if is_turned_away(answer):
        client.note(url, status=429, headers={"retry-after": str(TURNED_AWAY)})


def _failure_of(answer: Answer) -> PollFailedError:
    if is_turned_away(answer):
        return PollFailedError("Reddit turns us away for now (403).", next_poll_after=TURNED_AWAY)
    failure = failure_of(answer, TITLE)
    if isinstance(failure, SaidNoError):
        return PollFailedError(failure.reason, next_poll_after=failure.next_poll_after)
    return failure
