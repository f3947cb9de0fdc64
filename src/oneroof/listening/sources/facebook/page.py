"""One Page of Facebook: where it is asked, and with whose token."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Account, Allowance, PollFailedError, Settings
from oneroof.listening.sources.facebook.parse import COMMENT, POST, is_of_feed
from oneroof.listening.sources.graph import Graph, allowances, inner, token_end

ADDRESS = "https://graph.facebook.com"
WHO = "Facebook"
DAYS_BACK = 7


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    graph: Graph

    @classmethod
    def of(cls, settings: Settings) -> "Page":
        page_id = str(settings.get("page_id") or "").strip()
        if not page_id.isdecimal():
            raise PollFailedError("The Page's id is its number; its name does not do.")
        return cls(page_id, Graph.of(settings, ADDRESS, WHO))

    def entry(self, client: SafeClient, external_id: str) -> dict[str, Any]:
        """A post or a comment as it stands now. Raises PollFailedError; NotFoundError where it is gone."""
        fields = POST if is_of_feed(external_id, self.id) else f"{COMMENT},object{{id}}"
        return self.graph.get(client, quoted(external_id), fields=fields)


def quoted(external_id: str) -> str:
    return quote(external_id, safe="")


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    return allowances("facebook", Graph.of(settings, ADDRESS, WHO))


def identify(settings: Settings, client: SafeClient) -> Account:
    """Whose token it is, and (where the app's own id and secret are known) when it ends."""
    page = Page.of(settings)
    me = page.graph.get(client, "me", fields="id,name")
    if inner(me, "id") != page.id:
        raise PollFailedError(
            f"The token is not the Page's own, but {inner(me, 'name') or 'somebody else'}'s."
        )
    app_id = str(settings.get("app_id") or "").strip()
    return Account(handle=page.id, name=inner(me, "name"), expires_at=token_end(page.graph, app_id, client))
