"""One professional account of Instagram, by either of Meta's two doors.

Connected to a Page, it is asked at graph.facebook.com with the Page's token; with Instagram's own login, at
graph.instagram.com with the account's (developers.facebook.com/docs/instagram-platform/overview).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Account, Allowance, PollFailedError, Settings
from oneroof.listening.sources.graph import Graph, allowances, inner, token_end

ADDRESS = "https://graph.facebook.com"
OWN_LOGIN = "https://graph.instagram.com"
WHO = "Instagram"
DAYS_BACK = 7


@dataclass(frozen=True, slots=True)
class Profile:
    id: str
    graph: Graph

    @classmethod
    def of(cls, settings: Settings) -> "Profile":
        account_id = str(settings.get("account_id") or "").strip()
        if not account_id.isdecimal():
            raise PollFailedError("The account's id is its number; its name does not do.")
        return cls(account_id, Graph.of(settings, ADDRESS, WHO))

    def get(self, client: SafeClient, object_id: str, fields: str) -> dict[str, Any]:
        return self.graph.get(client, quote(object_id, safe=""), fields=fields)

    def username(self, client: SafeClient) -> str:
        return inner(self.get(client, self.id, "username"), "username")


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    return allowances("instagram", Graph.of(settings, ADDRESS, WHO))


def is_own_login(settings: Settings) -> bool:
    return urlsplit(Graph.of(settings, ADDRESS, WHO).url).hostname == urlsplit(OWN_LOGIN).hostname


def moment_of(settings: Settings, name: str) -> datetime | None:
    said = settings.get(name)
    return datetime.fromisoformat(str(said)) if said else None


def identify(settings: Settings, client: SafeClient) -> Account:
    profile = Profile.of(settings)
    me = profile.get(client, profile.id, "username,name")
    ends = moment_of(settings, "token_ends_at") or token_end(
        profile.graph, str(settings.get("app_id") or "").strip(), client
    )
    return Account(handle=inner(me, "username"), name=inner(me, "name"), expires_at=ends)
