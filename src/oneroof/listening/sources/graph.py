"""Asking Meta's Graph API, of which Facebook's Pages and Instagram are two corners.

Codes of errors: developers.facebook.com/docs/graph-api/guides/error-handling; limits: …/overview/rate-limiting.
The token goes in a header, so that no address holds it.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from oneroof.core import clock
from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.quotas import pause_asked_for
from oneroof.listening.sources.base import (
    Allowance,
    Outcome,
    PollFailedError,
    Refused,
    Sent,
    Settings,
    Unknown,
)
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import (
    LATER,
    SAID_KEPT,
    SOON,
    Answer,
    NotAllowedError,
    NotFoundError,
    failure_of,
    get_answer,
    outcome_of_failure,
    post_form,
    refusal_of,
    url_with,
)

VERSION = "v24.0"
HOURLY = 200
"""Calls an hour: the least that an app has (“200 * Number of Users”); the answers' headers correct it."""
TOO_MANY = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
BLOCKED = 368
NO_TOKEN = frozenset({102, 190})
NO_PERMISSION = frozenset({3, 10, *range(200, 300)})
PASSING = frozenset({1, 2})
SAID_ALREADY = 506
INVALID, NOT_THERE, NO_SUCH_NAME = 100, 33, 803
AGAIN_AFTER = 300.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What the API says is wrong: ``{"error": {"message", "code", "error_subcode", …}}``."""

    code: int
    subcode: int
    words: str

    @classmethod
    def of(cls, answer: Answer) -> "Fault | None":
        told = answer.value.get("error") if isinstance(answer.value, dict) else None
        if not isinstance(told, dict):
            return None
        words = str(told.get("error_user_msg") or told.get("message") or "")[:SAID_KEPT]
        return cls(_number(told.get("code")), _number(told.get("error_subcode")), words)

    @property
    def is_of_what_is_not_there(self) -> bool:
        """It says the same of what we may not see; whoever asks must know by other means that we may."""
        return (self.code, self.subcode) == (INVALID, NOT_THERE) or self.code in {NOT_THERE, NO_SUCH_NAME}


@dataclass(frozen=True, slots=True)
class Graph:
    """One account's way in. ``app_secret`` proves that the token is used by whom it was given to."""

    url: str
    token: str
    app_secret: str
    who: str

    @classmethod
    def of(cls, settings: Settings, address: str, who: str) -> "Graph":
        written = str(settings.get("api") or "").strip().rstrip("/")
        token, secret = (str(settings.get(name) or "").strip() for name in ("access_token", "app_secret"))
        return cls(written or address, token, secret, who)

    def get(self, client: SafeClient, path: str, **asked: Any) -> dict[str, Any]:
        """Raises PollFailedError, or one of its kinds in ``json_api``."""
        if not self.token:
            raise NotAllowedError("An account must be connected first: there is no access token.")
        answer = get_answer(client, url_with(self._address(path), self._proven(asked)), headers=self._headers)
        if answer.status == 200 and isinstance(answer.value, dict) and "error" not in answer.value:
            return answer.value
        raise self.failure(answer)

    def post(self, client: SafeClient, path: str, **sent: Any) -> Outcome:
        """One POST that makes something stand there."""
        if not self.token:
            return Refused("An account must be connected first: there is no access token.", permanent=True)
        try:
            answer = post_form(client, self._address(path), self._proven(sent), headers=self._headers)
        except FetchError as error:
            return outcome_of_failure(error)
        if answer.status == 200 and isinstance(answer.value, dict) and answer.value.get("id"):
            return Sent(str(answer.value["id"]))
        return self._refusal(answer)

    def failure(self, answer: Answer) -> PollFailedError:
        fault = Fault.of(answer)
        if fault is None:
            return failure_of(answer, self.who)
        sentence = f"{self.who} answered {answer.status}, error {fault.code}: {fault.words}"
        if fault.is_of_what_is_not_there:
            return NotFoundError(sentence, next_poll_after=LATER)
        if fault.code in NO_TOKEN:
            told = f"{self.who} does not take the token any more: connect the account again ({fault.words})."
            return NotAllowedError(told, next_poll_after=LATER)
        if fault.code in NO_PERMISSION:
            told = f"{self.who} does not let this token do that ({fault.words})."
            return NotAllowedError(told, next_poll_after=LATER)
        if fault.code in TOO_MANY or answer.status == 429:
            return PollFailedError(sentence, next_poll_after=_pause(answer))
        return PollFailedError(sentence, next_poll_after=LATER if fault.code == BLOCKED else SOON)

    def _refusal(self, answer: Answer) -> Outcome:
        fault = Fault.of(answer)
        if fault is None:
            return refusal_of(answer, self.who)
        reason = self.failure(answer).reason
        if fault.code in PASSING or answer.status >= 500:
            return Unknown(reason)
        if fault.code == SAID_ALREADY:
            return Unknown(f"{self.who} says that these words stand there already.")
        if fault.code in TOO_MANY or answer.status == 429:
            return Refused(reason, permanent=False, retry_after=_pause(answer))
        if fault.code == BLOCKED:
            return Refused(reason, permanent=False, retry_after=LATER)
        return Refused(reason, permanent=True)

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _address(self, path: str) -> str:
        return f"{self.url}/{VERSION}/{path}"

    def _proven(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """developers.facebook.com/docs/graph-api/guides/secure-requests: appsecret_proof."""
        if not self.app_secret:
            return dict(asked)
        proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        return {**asked, "appsecret_proof": proof}


def token_end(graph: Graph, app_id: str, client: SafeClient) -> datetime | None:
    """When the token, or the leave to use it, ends; None where it does not, or where nobody says.

    developers.facebook.com/docs/graph-api/reference/debug_token: 0 means never.
    """
    if not app_id or not graph.app_secret:
        return None
    app = Graph(graph.url, f"{app_id}|{graph.app_secret}", "", graph.who)
    try:
        about = app.get(client, "debug_token", input_token=graph.token).get("data")
    except PollFailedError:
        return (
            None  # its words may hold the address, and so the token; that the token is taken is known already
        )
    return min(_ends(about), default=None) if isinstance(about, dict) else None


def _ends(about: Mapping[str, Any]) -> list[datetime]:
    moments = (about.get(name) for name in ("expires_at", "data_access_expires_at"))
    return [
        datetime.fromtimestamp(each, UTC) for each in moments if isinstance(each, int) and 0 < each < 2**34
    ]


def allowances(key: str, graph: Graph) -> list[Allowance]:
    host = urlsplit(graph.url).netloc
    return [Allowance(key=f"{key}:{host}:{mark_of(graph.token)}", limit=HOURLY, seconds=3_600.0)]


def listed(found: Any) -> list[dict[str, Any]]:
    """The objects of an edge: ``{"data": […], "paging": {…}}``."""
    entries = found.get("data") if isinstance(found, dict) else None
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def checked(found: Any, who: str) -> list[dict[str, Any]]:
    """As ``listed``; raises PollFailedError where it is no edge."""
    if not isinstance(found, dict) or not isinstance(found.get("data"), list):
        raise PollFailedError(f"{who} answered in a form that its reference does not know.")
    return listed(found)


def cursor_after(found: Any) -> str | None:
    """Where the edge goes on, or None at its end. The address in ``next`` holds a token: it is not used."""
    paging = found.get("paging") if isinstance(found, dict) else None
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    return str(cursors["after"]) if isinstance(cursors, dict) and cursors.get("after") else None


def pages(
    graph: Graph, client: SafeClient, path: str, *, at_most: int, **asked: Any
) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
    """Page by page: what it holds, and where it goes on. Raises as ``Graph.get``."""
    after: str | None = asked.pop("after", None)
    for _page in range(at_most):
        found = graph.get(client, path, **asked, after=after)
        after = cursor_after(found)
        yield checked(found, graph.who), after
        if after is None:
            return


def inner(found: Any, *names: str) -> str:
    """The word at the end of that path, or nothing."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def count_of(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _pause(answer: Answer) -> float:
    pause = pause_asked_for(answer.status, answer.headers, clock.now())
    return max(AGAIN_AFTER, pause.total_seconds() if pause else 0.0)


def _number(found: Any) -> int:
    return found if isinstance(found, int) else 0
