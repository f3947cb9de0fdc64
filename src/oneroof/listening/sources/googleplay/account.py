"""A service account's way into the Google Play Developer API: we sign who we are, and get a token for an hour.

developers.google.com/identity/protocols/oauth2/service-account (HTTP/REST); the key is the JSON file that Google
Cloud gives out. Tokens are kept in memory only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

import jwt

from oneroof.core import clock
from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.listening.sources.base import Account, Allowance, MustWaitError, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import (
    LATER,
    Answer,
    NotAllowedError,
    failure_of,
    get_answer,
    post_form,
    post_json,
    url_with,
)

ADDRESS = "https://androidpublisher.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
WHO = "Google Play"
LASTS = timedelta(hours=1)
RENEWED_BEFORE = timedelta(minutes=5)
READS, WRITES = (200, 3_600.0), (2_000, 86_400.0)
"""developers.google.com/android-publisher/reply-to-reviews, “Quotas”: an app's, an hour and a day."""
TOO_MANY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})


class WrongKeyError(ValueError):
    """Not the JSON file of a service account's key."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    email: str
    private_key: str
    token_uri: str

    @classmethod
    def of(cls, written: str) -> "ServiceAccount":
        """Raises WrongKeyError."""
        try:
            told = json.loads(written)
            found = cls(*(str(told[name]) for name in ("client_email", "private_key", "token_uri")))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise WrongKeyError("This is not the JSON file of a service account's key.") from error
        return found

    def assertion(self, now: datetime) -> str:
        """Raises WrongKeyError."""
        claims = {
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri,
            "iat": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
        }
        try:
            return jwt.encode(claims, self.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise WrongKeyError("The private key in the file cannot be read.") from error


_tokens: dict[tuple[str, str], tuple[str, datetime]] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Store:
    url: str
    package: str
    key: str

    @classmethod
    def of(cls, settings: Settings) -> "Store":
        api, package, key = (
            str(settings.get(each) or "").strip() for each in ("api", "package", "service_account")
        )
        return cls(api.rstrip("/") or ADDRESS, package, key)

    def get(self, client: SafeClient, path: str = "", **asked: Any) -> dict[str, Any]:
        """Below the app's reviews. Raises PollFailedError, or one of its kinds in ``json_api``."""
        answer = get_answer(client, url_with(f"{self._reviews}{path}", asked), headers=self._headers(client))
        if answer.status == 200 and isinstance(answer.value, dict):
            return answer.value
        raise self.failure(answer)

    def post(self, client: SafeClient, path: str, sent: Mapping[str, Any]) -> Answer:
        """Raises FetchError, and PollFailedError where there is no token."""
        answer = post_json(client, f"{self._reviews}{path}", sent, headers=self._headers(client))
        self._forget_if_refused(answer)
        return answer

    def failure(self, answer: Answer) -> PollFailedError:
        self._forget_if_refused(answer)
        if is_too_many(answer):
            return PollFailedError(f"{WHO}'s quota is spent ({answer.said}).", next_poll_after=LATER)
        return failure_of(answer, WHO)

    def _forget_if_refused(self, answer: Answer) -> None:
        if answer.status == 401:
            with _lock:
                _tokens.pop(self._known_as, None)

    @property
    def _reviews(self) -> str:
        return f"{self.url}/androidpublisher/v3/applications/{quote(self.package, safe='')}/reviews"

    @property
    def _known_as(self) -> tuple[str, str]:
        return self.url, mark_of(self.key)

    def _headers(self, client: SafeClient) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token(client)}"}

    def _token(self, client: SafeClient) -> str:
        with _lock:
            token, ends = _tokens.get(self._known_as, ("", clock.now()))
        if token and ends > clock.now() + RENEWED_BEFORE:
            return token
        try:
            token, ends = _new_token(ServiceAccount.of(self.key), client)
        except WrongKeyError as error:
            raise NotAllowedError(str(error), next_poll_after=LATER) from error
        with _lock:
            _tokens[self._known_as] = token, ends
        return token


def _new_token(account: ServiceAccount, client: SafeClient) -> tuple[str, datetime]:
    """And when it ends. Raises PollFailedError, WrongKeyError."""
    now = clock.now()
    sent = {"grant_type": GRANT, "assertion": account.assertion(now)}
    try:
        answer = post_form(client, account.token_uri, sent)
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    told = answer.value if isinstance(answer.value, dict) else {}
    if answer.status == 200 and isinstance(told.get("access_token"), str):
        lasts = told.get("expires_in")
        return told["access_token"], now + (timedelta(seconds=lasts) if isinstance(lasts, int) else LASTS)
    if answer.code in {"invalid_grant", "invalid_client", "unauthorized_client"}:
        raise NotAllowedError(
            f"Google does not take the service account any more ({answer.said}).", next_poll_after=LATER
        )
    raise failure_of(answer, WHO)


def is_too_many(answer: Answer) -> bool:
    """Google says so with 403 too, and tells why in a word."""
    told = answer.value.get("error") if isinstance(answer.value, dict) else None
    if answer.status != 403 or not isinstance(told, dict):
        return False
    listed = told.get("errors")
    reasons = (
        {str(each.get("reason")) for each in listed if isinstance(each, dict)}
        if isinstance(listed, list)
        else set()
    )
    return bool(reasons & TOO_MANY) or told.get("status") == "RESOURCE_EXHAUSTED"


def check_service_account(written: str) -> None:
    """Raises WrongKeyError."""
    ServiceAccount.of(written).assertion(clock.now())


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:
    store = Store.of(settings)
    who = f"googleplay:{urlsplit(store.url).netloc}:{store.package}"
    if method == "GET":
        return [Allowance(key=who, limit=READS[0], seconds=READS[1])]
    if urlsplit(url).path.endswith(":reply"):
        return [Allowance(key=f"{who}:replies", limit=WRITES[0], seconds=WRITES[1])]
    return []


def identify(settings: Settings, client: SafeClient) -> Account:
    """Keys of service accounts do not end by themselves; they can be revoked, which this finds out."""
    store = Store.of(settings)
    store.get(client, maxResults=1)
    return Account(handle=store.package)
