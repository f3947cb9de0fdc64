"""One account's way into the AT Protocol: where to ask, and a session that is kept while the process lives.

An app password makes a session; sessions are few (300 a day), so one is kept for each account and renewed with its
refresh token shortly before it ends. It is kept in memory only: nothing that opens the account is written anywhere
but the encrypted settings.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    get_json,
    post_json,
    url_with,
)

SERVICE = "https://bsky.social"
APPVIEW = "https://api.bsky.app"
RENEWED_BEFORE = timedelta(seconds=60)
TRUSTED_FOR = timedelta(minutes=30)
EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
POINTS = {"com.atproto.repo.createRecord": 3, "com.atproto.repo.putRecord": 3}
SESSIONS = frozenset({"com.atproto.server.createSession", "com.atproto.server.refreshSession"})


@dataclass(frozen=True, slots=True)
class Session:
    did: str
    handle: str
    access: str
    refresh: str
    ends: datetime


_sessions: dict[tuple[str, str, str], Session] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Service:
    """Without an account one reads what the application view shows to everybody."""

    url: str
    appview: str
    identifier: str
    password: str

    @classmethod
    def of(cls, settings: Settings) -> "Service":
        return cls(
            _address(settings.get("service") or SERVICE),
            _address(settings.get("appview") or APPVIEW),
            str(settings.get("identifier") or "").strip().lstrip("@"),
            str(settings.get("app_password") or "").strip(),
        )

    @property
    def has_account(self) -> bool:
        return bool(self.identifier and self.password)

    @property
    def host(self) -> str:
        return urlsplit(self.url if self.has_account else self.appview).netloc

    def get(self, client: SafeClient, method: str, **parameters: Any) -> dict[str, Any]:
        """Raises PollFailedError, or one of its kinds in ``json_api``. An ended session is made anew."""
        base = self.url if self.has_account else self.appview
        url = url_with(f"{base}/xrpc/{method}", parameters)
        try:
            found = get_json(client, url, who=self.host, headers=self.headers(client))
        except (NotAllowedError, SaidNoError) as error:
            if not self.has_account or (isinstance(error, SaidNoError) and error.code not in EXPIRED):
                raise
            self.forget_session()
            found = get_json(client, url, who=self.host, headers=self.headers(client))
        if not isinstance(found, dict):
            raise PollFailedError(f"{self.host} answered in a form that its lexicons do not know.")
        return found

    def post(self, client: SafeClient, method: str, sent: Mapping[str, Any]) -> Answer:
        """One POST as our account. Raises FetchError, or PollFailedError where there is no session."""
        answer = post_json(client, f"{self.url}/xrpc/{method}", sent, headers=self.headers(client))
        if answer.status == 401 or answer.code in EXPIRED:
            self.forget_session()
        return answer

    def headers(self, client: SafeClient) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.session(client).access}"} if self.has_account else {}

    def session(self, client: SafeClient) -> Session:
        """Raises PollFailedError."""
        with _lock:
            known = _sessions.get(self._key)
            if known is None or known.ends <= clock.now() + RENEWED_BEFORE:
                known = (known and self._renewed(client, known)) or self._opened(client)
                _sessions[self._key] = known
            return known

    def forget_session(self) -> None:
        with _lock:
            _sessions.pop(self._key, None)

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.url, self.identifier, mark_of(self.password)

    def _opened(self, client: SafeClient) -> Session:
        who = {"identifier": self.identifier, "password": self.password}
        answer = self._asked(client, "com.atproto.server.createSession", who, {})
        return self._read_session(answer)

    def _renewed(self, client: SafeClient, known: Session) -> Session | None:
        bearer = {"Authorization": f"Bearer {known.refresh}"}
        try:
            return self._read_session(self._asked(client, "com.atproto.server.refreshSession", None, bearer))
        except (NotAllowedError, SaidNoError):
            return None  # the refresh token has ended too: the app password opens another session

    def _asked(
        self, client: SafeClient, method: str, sent: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Answer:
        try:
            answer = post_json(client, f"{self.url}/xrpc/{method}", sent, headers=headers)
        except HeldBackError as error:
            raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
        except FetchError as error:
            raise PollFailedError(error.reason) from error
        if answer.status != 200:
            raise failure_of(answer, self.host)
        return answer

    def _read_session(self, answer: Answer) -> Session:
        told = answer.value if isinstance(answer.value, dict) else {}
        if not all(isinstance(told.get(name), str) for name in ("did", "accessJwt", "refreshJwt")):
            raise PollFailedError(f"{self.host} opened a session in a form that its lexicons do not know.")
        handle = str(told.get("handle") or self.identifier)
        return Session(told["did"], handle, told["accessJwt"], told["refreshJwt"], ends_at(told["accessJwt"]))


def ends_at(token: str) -> datetime:
    """When a token says that it ends; half an hour from now where it does not say."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, binascii.Error):
        return clock.now() + TRUSTED_FOR


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:
    """5,000 points an hour an account, 3 for a record; 3,000 requests in five minutes an address; and 30
    sessions an account: docs.bsky.app/docs/advanced-guides/rate-limits."""
    service = Service.of(settings)
    name = urlsplit(url).path.rpartition("/")[2]
    host = urlsplit(url).netloc
    who = f"bluesky:{host}:{mark_of(service.identifier)}"
    if method == "POST" and name in POINTS:
        return [Allowance(key=f"{who}:points", limit=5_000, seconds=3_600, cost=POINTS[name])]
    if name in SESSIONS:
        return [Allowance(key=f"{who}:sessions", limit=30, seconds=300)]
    return [Allowance(key=f"bluesky:{host}", limit=3_000, seconds=300)]


def identify(settings: Settings, client: SafeClient) -> Account:
    """App passwords do not expire; they can be revoked, which this finds out."""
    service = Service.of(settings)
    service.forget_session()
    return Account(handle=service.session(client).handle)


def _address(written: Any) -> str:
    text = str(written).strip().rstrip("/")
    return text if "://" in text else f"https://{text}"
