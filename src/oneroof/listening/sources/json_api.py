"""Asking a network that speaks JSON over HTTP: an answer, or a sentence for the health page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from oneroof.core import clock
from oneroof.core.http import FetchedResponse, FetchError, HeldBackError, SafeClient
from oneroof.listening.quotas import pause_asked_for
from oneroof.listening.sources.base import MustWaitError, Outcome, PollFailedError, Refused, Unknown

SECONDS = 20.0
SAID_KEPT = 300
SOON = 60.0
LATER = 3_600.0
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, GONE, THROTTLED = 401, 403, 404, 410, 429
MISSING = frozenset({NOT_FOUND, GONE})
REFUSED = frozenset({400, 409, 422})


class NotFoundError(PollFailedError):
    """What was asked for is not there: 404 or 410."""


class NotAllowedError(PollFailedError):
    """The credentials are missing, revoked, or not enough: 401 or 403."""


class SaidNoError(PollFailedError):
    """The place understood and refused, in a word of its own: ``code`` (400, 409, 422)."""

    def __init__(self, reason: str, *, next_poll_after: float, code: str) -> None:
        super().__init__(reason, next_poll_after=next_poll_after)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read: ``value`` is the JSON that came, None where it was none."""

    status: int
    headers: Mapping[str, str]
    value: Any

    @property
    def code(self) -> str:
        """The one word for what is wrong, where the place has such words."""
        return str(self._told.get("error") or "")

    @property
    def said(self) -> str:
        """The other side's own words for what is wrong, where it has some."""
        told = self._told
        names = ("error", "error_description", "message", "title", "detail")
        words = [str(told[name]) for name in names if told.get(name)]
        listed = told.get("errors")
        words += [_words_of(each) for each in listed] if isinstance(listed, list) else []
        return ": ".join(dict.fromkeys(filter(None, words)))[:SAID_KEPT]

    @property
    def _told(self) -> dict[str, Any]:
        """What it says of itself; Google's and Meta's services say what is wrong in an object of its own."""
        told = self.value if isinstance(self.value, dict) else {}
        wrong = told.get("error")
        return wrong if isinstance(wrong, dict) else told


def _words_of(wrong: Any) -> str:
    """One of several things that are wrong: words, or an object of JSON:API (“error objects”)."""
    if isinstance(wrong, dict):
        return str(wrong.get("detail") or wrong.get("title") or "")
    return wrong if isinstance(wrong, str) else ""


def url_with(address: str, parameters: Mapping[str, Any]) -> str:
    """The address with its parameters; those that are None are left out, lists are repeated."""
    known = {name: value for name, value in parameters.items() if value is not None}
    return f"{address}?{urlencode(known, doseq=True)}" if known else address


def get_json(
    client: SafeClient,
    url: str,
    *,
    who: str,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """What the place says, read. Raises PollFailedError, or one of its kinds here. ``who`` names the place."""
    answer = get_answer(client, url, headers=headers)
    if answer.status == 200 and answer.value is not None:
        return answer.value
    raise failure_of(answer, who)


def get_answer(client: SafeClient, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
    """One answer, whatever it says. Raises PollFailedError where none came."""
    try:
        return read_answer(client.get(url, headers=headers, deadline=SECONDS))
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except FetchError as error:
        raise PollFailedError(error.reason, next_poll_after=SOON) from error


def post_json(
    client: SafeClient,
    url: str,
    sent: Mapping[str, Any] | None,
    *,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One POST of JSON (None: of nothing), whatever its answer. Raises FetchError."""
    told = {**({} if sent is None else {"Content-Type": "application/json"}), **(headers or {})}
    body = b"" if sent is None else json.dumps(dict(sent), ensure_ascii=False).encode()
    return read_answer(client.post(url, content=body, headers=told, deadline=SECONDS))


def post_form(
    client: SafeClient,
    url: str,
    sent: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One POST of a form, whatever its answer. Raises FetchError."""
    told = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    body = urlencode({name: value for name, value in sent.items() if value is not None}).encode()
    return read_answer(client.post(url, content=body, headers=told, deadline=SECONDS))


def outcome_of_failure(error: FetchError) -> Outcome:
    """What a write that broke off says of what it wrote."""
    if isinstance(error, HeldBackError):
        return Refused(error.reason, permanent=False, retry_after=error.seconds)
    if error.sent is False:
        return Refused(error.reason, permanent=False)
    return Unknown(error.reason)


def refusal_of(answer: Answer, who: str) -> Outcome:
    """What a write that was answered with anything but yes says of what it wrote."""
    reason = _sentence(answer, who)
    if answer.status == THROTTLED:
        pause = pause_asked_for(answer.status, answer.headers, clock.now())
        return Refused(reason, permanent=False, retry_after=pause.total_seconds() if pause else None)
    if 400 <= answer.status < 500 and answer.status != 408:
        return Refused(reason, permanent=True)
    return Unknown(reason)


def read_answer(response: FetchedResponse) -> Answer:
    try:
        value = json.loads(response.body)
    except (ValueError, RecursionError):
        value = None
    return Answer(response.status, response.headers, value)


def failure_of(answer: Answer, who: str) -> PollFailedError:
    """What an answer that is no yes means to who asked."""
    reason = _sentence(answer, who)
    if answer.status in MISSING:
        return NotFoundError(reason, next_poll_after=LATER, gone=answer.status == GONE)
    if answer.status in {UNAUTHORIZED, FORBIDDEN}:
        return NotAllowedError(reason, next_poll_after=LATER)
    if answer.status in REFUSED:
        return SaidNoError(reason, next_poll_after=SOON, code=answer.code)
    pause = pause_asked_for(answer.status, answer.headers, clock.now())
    return PollFailedError(reason, next_poll_after=max(SOON, pause.total_seconds() if pause else 0.0))


def _sentence(answer: Answer, who: str) -> str:
    if answer.status == UNAUTHORIZED:
        return _with_words(f"{who} does not take the credentials any more: connect the account again", answer)
    if answer.status == FORBIDDEN:
        return _with_words(f"{who} does not let this account do that", answer)
    if 200 <= answer.status < 300:
        return f"{who} answered what is not JSON."
    return _with_words(f"{who} answered {answer.status}", answer)


def _with_words(sentence: str, answer: Answer) -> str:
    return f"{sentence} ({answer.said})." if answer.said else f"{sentence}."
