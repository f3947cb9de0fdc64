"""HN Search: its two questions, a page of a search and an item with all below it.

Written from hn.algolia.com/api and its server (github.com/algolia/hn-search, app/controllers/api/v1): what is
asked is handed on to Algolia, so its search parameters hold; ``items/{id}`` is 404 for what is deleted or hidden.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import PollFailedError, Settings
from oneroof.listening.sources.json_api import get_json, url_with

ADDRESS = "https://hn.algolia.com/api/v1"
HITS = 100
PAGES_AT_ONCE = 5


@dataclass(slots=True)
class Stretch:
    """What was found, newest first; ``left`` is where to go on, None where it reaches what was asked for."""

    found: list[Any]
    left: dict[str, Any] | None = None

    @property
    def ids(self) -> set[str]:
        return {str(hit["objectID"]) for hit in self.found if isinstance(hit, dict) and hit.get("objectID")}

    @property
    def times(self) -> list[int]:
        return [at for hit in self.found if (at := said_at(hit)) is not None]


def address_of(settings: Settings) -> str:
    return str(settings.get("address") or ADDRESS).strip().rstrip("/")


def host_of(settings: Settings) -> str:
    return urlsplit(address_of(settings)).netloc


def item(settings: Settings, client: SafeClient, item_id: str) -> dict[str, Any]:
    """An item and, under ``children``, all below it. Raises PollFailedError, NotFoundError where it is gone."""
    url = f"{address_of(settings)}/items/{quote(item_id, safe='')}"
    found = get_json(client, url, who=host_of(settings))
    if not isinstance(found, dict):
        raise PollFailedError(f"{host_of(settings)} answered in a form that its reference does not know.")
    return found


def search_back(
    settings: Settings,
    tags: str,
    client: SafeClient,
    *,
    since: int | None,
    before: int | None = None,
    page: int = 0,
    pages: int = PAGES_AT_ONCE,
) -> Stretch:
    """From the newest (or ``before``, that second included) back to ``since``, a few pages at most.

    It goes back by the time of the oldest hit, since no search shows more than its first thousand; by pages only
    within one second. Times are seconds of Unix time.
    """
    stretch = Stretch([])
    for _page in range(pages):
        told = _page_of(settings, tags, client, since=since, before=before, page=page)
        hits = told["hits"]
        stretch.found += hits
        if not hits or page + 1 >= _number(told.get("nbPages")):
            return stretch
        oldest = min(Stretch(hits).times, default=before)
        before, page = (before, page + 1) if oldest == before else (oldest, 0)
    stretch.left = {"before": before, "page": page}
    return stretch


def said_at(hit: Any) -> int | None:
    at = hit.get("created_at_i") if isinstance(hit, dict) else None
    return at if isinstance(at, int) and not isinstance(at, bool) else None


def _page_of(
    settings: Settings, tags: str, client: SafeClient, *, since: int | None, before: int | None, page: int
) -> dict[str, Any]:
    bounds = [f"created_at_i>={since}"] if since is not None else []
    bounds += [f"created_at_i<={before}"] if before is not None else []
    asked = {
        "query": str(settings.get("query") or "").strip(),
        "tags": tags,
        "numericFilters": ",".join(bounds) or None,
        "hitsPerPage": HITS,
        "page": page,
        "typoTolerance": "false",
        "attributesToHighlight": "",
    }
    url = url_with(f"{address_of(settings)}/search_by_date", asked)
    told = get_json(client, url, who=host_of(settings))
    if not isinstance(told, dict) or not isinstance(told.get("hits"), list):
        raise PollFailedError(f"{host_of(settings)} answered in a form that its reference does not know.")
    return told


def _number(found: Any) -> int:
    return found if isinstance(found, int) else 0
