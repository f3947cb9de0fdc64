"""One server that speaks Mastodon's API: where it is, with whose token, and what it says of itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Account, Allowance, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import NotFoundError, get_json, url_with

CHARACTERS = 500
CHARACTERS_PER_LINK = 23
WRITES = ("/api/v1/statuses", 300, 10_800.0)
READS = (300, 300.0)


@dataclass(frozen=True, slots=True)
class Instance:
    """``token`` is empty where one listens to what is public without an account."""

    url: str
    token: str

    @classmethod
    def of(cls, settings: Settings) -> "Instance":
        written = str(settings.get("instance") or "").strip().rstrip("/")
        url = written if "://" in written else f"https://{written}"
        return cls(url, str(settings.get("access_token") or "").strip())

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, client: SafeClient, path: str, **parameters: Any) -> Any:
        """Raises PollFailedError, or one of its kinds in ``json_api``."""
        url = url_with(f"{self.url}{path}", parameters)
        return get_json(client, url, who=self.host, headers=self.headers)

    def status(self, client: SafeClient, status_id: str) -> dict[str, Any]:
        found = self.get(client, f"/api/v1/statuses/{quote(status_id, safe='')}")
        return checked(found, self.host)

    def context(self, client: SafeClient, status_id: str) -> tuple[list[Any], list[Any]]:
        """What is above a status and what is below it, both in order."""
        found = checked(self.get(client, f"/api/v1/statuses/{quote(status_id, safe='')}/context"), self.host)
        return checked_list(found.get("ancestors"), self.host), checked_list(
            found.get("descendants"), self.host
        )


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:
    """300 requests in five minutes an account (or address), and 300 statuses in three hours:
    docs.joinmastodon.org/api/rate-limits."""
    instance = Instance.of(settings)
    who = f"mastodon:{instance.host}:{mark_of(instance.token)}"
    path, writes, hours = WRITES
    if method == "POST" and urlsplit(url).path == path:
        return [Allowance(key=f"{who}:statuses", limit=writes, seconds=hours)]
    return [Allowance(key=who, limit=READS[0], seconds=READS[1])]


def identify(settings: Settings, client: SafeClient) -> Account:
    """Tokens of Mastodon do not expire; they can be revoked, which this finds out."""
    instance = Instance.of(settings)
    me = own_account(instance, client)
    handle = str(me.get("acct") or me.get("username") or "")
    host = urlsplit(str(me.get("url") or "")).hostname or urlsplit(instance.url).hostname or ""
    return Account(handle=f"{handle}@{host}", name=str(me.get("display_name") or ""))


def own_account(instance: Instance, client: SafeClient) -> dict[str, Any]:
    return checked(instance.get(client, "/api/v1/accounts/verify_credentials"), instance.host)


def read_limits(instance: Instance, client: SafeClient) -> dict[str, Any]:
    """The settings that the server itself decides: ``max_characters``, ``link_characters``, ``streaming_url``."""
    try:
        told = checked(instance.get(client, "/api/v2/instance"), instance.host)
    except NotFoundError:
        return {}
    statuses = _inside(told, "configuration", "statuses")
    streaming = _inside(told, "configuration", "urls").get("streaming")
    found: dict[str, Any] = {}
    for name, key in (
        ("max_characters", "max_characters"),
        ("link_characters", "characters_reserved_per_url"),
    ):
        if isinstance(statuses.get(key), int) and 0 < statuses[key] < 1_000_000:
            found[name] = statuses[key]
    if isinstance(streaming, str) and streaming.startswith(("ws", "http")):
        found["streaming_url"] = streaming.replace("ws", "http", 1).rstrip("/")
    return found


def checked(found: Any, host: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise PollFailedError(f"{host} answered in a form that Mastodon's reference does not know.")
    return found


def checked_list(found: Any, host: str) -> list[Any]:
    if not isinstance(found, list):
        raise PollFailedError(f"{host} answered in a form that Mastodon's reference does not know.")
    return found


def _inside(told: Any, *names: str) -> dict[str, Any]:
    for name in names:
        told = told.get(name) if isinstance(told, dict) else None
    return told if isinstance(told, dict) else {}


def entries(found: list[Any]) -> Iterator[dict[str, Any]]:
    """Those that are objects."""
    return (each for each in found if isinstance(each, dict))
