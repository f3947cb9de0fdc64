"""Questions of a site, the last active first, as far back as one asks for."""

from dataclasses import dataclass
from typing import Any

from oneroof.listening.sources.base import MustWaitError, PollFailedError, Settings
from oneroof.listening.sources.stackexchange.asking import Asking

PAGES_AT_ONCE = 5


@dataclass(slots=True)
class Found:
    """``left`` is where to go on, None where it reaches what was asked for."""

    questions: list[Any]
    left: dict[str, Any] | None = None


def questions_back(
    settings: Settings,
    asking: Asking,
    *,
    since: int | None,
    before: int | None = None,
    page: int = 1,
    pages: int = PAGES_AT_ONCE,
) -> Found:
    """From the last active (or ``before``, that second included) back to ``since``; times are Unix time.

    It goes back by the time of the oldest: pages would shift while questions move. By pages only within a second.
    """
    path, wanted = _what(settings)
    found = Found([])
    for turn in range(pages):
        try:
            bounds = {"sort": "activity", "order": "desc", "min": since, "max": before, "page": page}
            entries, has_more = asking.page(path, **wanted, **bounds)
        except MustWaitError:
            if not turn:
                raise
            break
        found.questions += entries
        if not has_more or not entries:
            return found
        oldest = min((at for each in entries if (at := _active(each)) is not None), default=before)
        before, page = (before, page + 1) if oldest == before else (oldest, 1)
    found.left = {"before": before, "page": page}
    return found


def _what(settings: Settings) -> tuple[str, dict[str, Any]]:
    tags = ";".join(str(settings.get("tags") or "").replace(";", " ").replace(",", " ").split())
    words = str(settings.get("query") or "").strip()
    if not str(settings.get("site") or "").strip():
        raise PollFailedError("The source does not say which site.")
    if words:
        return "/search/advanced", {"q": words, "tagged": tags or None}
    if not tags:
        raise PollFailedError("The source says neither tags nor words.")
    return "/questions", {"tagged": tags}


def _active(question: Any) -> int | None:
    at = question.get("last_activity_date") if isinstance(question, dict) else None
    return at if isinstance(at, int) and not isinstance(at, bool) else None
