"""A team's way into the App Store Connect API: a token that we sign ourselves, for a quarter of an hour.

developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests: ES256, ``kid``, ``iss`` of
a team's key or ``sub`` “user” of one person's, ``aud``, twenty minutes at most.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import jwt

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Account, Allowance, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import Answer, get_json, post_json, url_with

ADDRESS = "https://api.appstoreconnect.apple.com"
AUDIENCE = "appstoreconnect-v1"
WHO = "The App Store"
LASTS = timedelta(minutes=15)
HOURLY = 3_500
"""“Identifying rate limits” names 3500 as an example; the answers' ``X-Rate-Limit`` corrects it."""
ARMOUR = re.compile(r"-----[A-Z ]+-----|\s")


class WrongKeyError(ValueError):
    """Not a private key of the curve P-256, as App Store Connect gives them out."""


@dataclass(frozen=True, slots=True)
class Store:
    url: str
    app_id: str
    issuer_id: str
    key_id: str
    private_key: str

    @classmethod
    def of(cls, settings: Settings) -> "Store":
        names = ("api", "app_id", "issuer_id", "key_id", "private_key")
        api, app_id, issuer_id, key_id, private_key = (
            str(settings.get(each) or "").strip() for each in names
        )
        return cls(api.rstrip("/") or ADDRESS, app_id, issuer_id, key_id, private_key)

    def get(self, client: SafeClient, path: str, **asked: Any) -> dict[str, Any]:
        """Raises PollFailedError, or one of its kinds in ``json_api``."""
        found = get_json(client, url_with(f"{self.url}{path}", asked), who=WHO, headers=self._headers)
        if not isinstance(found, dict):
            raise PollFailedError(f"{WHO} answered in a form that its reference does not know.")
        return found

    def post(self, client: SafeClient, path: str, sent: Mapping[str, Any]) -> Answer:
        """Raises FetchError, and PollFailedError where the key cannot sign."""
        return post_json(client, f"{self.url}{path}", sent, headers=self._headers)

    @property
    def _headers(self) -> Mapping[str, str]:
        try:
            return {"Authorization": f"Bearer {self.token()}"}
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise PollFailedError("The private key cannot be read: enter it again.") from error

    def token(self) -> str:
        """Raises ValueError or PyJWTError where the key is none."""
        now = clock.now()
        whose = {"iss": self.issuer_id} if self.issuer_id else {"sub": "user"}
        claims = {
            **whose,
            "iat": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
            "aud": AUDIENCE,
        }
        return jwt.encode(claims, pem_of(self.private_key), algorithm="ES256", headers={"kid": self.key_id})


def pem_of(written: str) -> str:
    """The key as it stood in its file, though a form may have taken its line breaks. Raises WrongKeyError."""
    bare = ARMOUR.sub("", written)
    try:
        base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WrongKeyError("The key is not what the .p8 file holds.") from error
    if not bare:
        raise WrongKeyError("There is no key.")
    lines = [bare[start : start + 64] for start in range(0, len(bare), 64)]
    return "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""])


def check_key(written: str) -> None:
    """Raises WrongKeyError."""
    try:
        jwt.encode({}, pem_of(written), algorithm="ES256")
    except (ValueError, TypeError, jwt.PyJWTError) as error:
        raise WrongKeyError(
            "This is no private key of App Store Connect: paste the whole .p8 file."
        ) from error


def quoted(name: str) -> str:
    return quote(name, safe="")


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    store = Store.of(settings)
    who = f"appstore:{urlsplit(store.url).netloc}:{mark_of(store.key_id)}"
    return [Allowance(key=who, limit=HOURLY, seconds=3_600.0)]


def identify(settings: Settings, client: SafeClient) -> Account:
    """The app that the key opens. Keys do not end by themselves; they can be revoked, which this finds out."""
    store = Store.of(settings)
    told = store.get(client, f"/v1/apps/{quoted(store.app_id)}", **{"fields[apps]": "name,bundleId"})
    about = told.get("data") if isinstance(told.get("data"), dict) else {}
    attributes = (about or {}).get("attributes")
    shown = attributes if isinstance(attributes, dict) else {}
    return Account(handle=str(shown.get("bundleId") or store.app_id), name=str(shown.get("name") or ""))
