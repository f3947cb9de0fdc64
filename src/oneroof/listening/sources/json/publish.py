"""A reply leaves as the request that the source's settings describe."""

from dataclasses import replace

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import Draft, Length, Outcome, Refused, Sent, Settings, Unknown
from oneroof.listening.sources.json.filling import (
    address_with,
    body_with,
    headers_with,
    hidden,
    secrets_of,
)
from oneroof.listening.sources.json.paging import host_of
from oneroof.listening.sources.json.paths import found_at
from oneroof.listening.sources.json_api import Answer, outcome_of_failure, read_answer, refusal_of

CHARACTERS = 10_000
SECONDS = 20.0
CONFLICT = 409


def can_answer(settings: Settings) -> bool:
    return bool(settings.get("answer_address") and settings.get("answer_body"))


def takes_once(settings: Settings) -> bool:
    """The other side is said to take a key once, and is given one."""
    told = "".join(
        str(settings.get(name) or "") for name in ("answer_address", "answer_headers", "answer_body")
    )
    return bool(settings.get("takes_once")) and "{key}" in told


def length_of(settings: Settings) -> Length:
    return Length(limit=int(settings.get("max_characters") or CHARACTERS))


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """Send once. 2xx: it stands there. 4xx: it does not. Anything else, or no answer: nobody knows."""
    outcome = _attempt(settings, draft, client)
    return outcome if isinstance(outcome, Sent) else replace(outcome, reason=hidden(outcome.reason, settings))


def _attempt(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    words = {**secrets_of(settings), **_words(draft)}
    headers = {
        "Content-Type": "application/json",
        **headers_with(str(settings.get("headers") or ""), words),
        **headers_with(str(settings.get("answer_headers") or ""), words),
    }
    try:
        body = body_with(str(settings["answer_body"]), words)
    except (ValueError, RecursionError) as error:
        return Refused(f"The answer's body is not JSON: {error}.", permanent=True)
    url = address_with(str(settings["answer_address"]), words)
    method = str(settings.get("answer_method") or "POST")
    try:
        response = client.send(method, url, content=body, headers=headers, deadline=SECONDS)
    except FetchError as error:
        return outcome_of_failure(error)
    return _judged(read_answer(response), settings, draft)


def _judged(answer: Answer, settings: Settings, draft: Draft) -> Outcome:
    if not 200 <= answer.status < 300:
        if answer.status == CONFLICT and takes_once(settings):
            return Unknown(f"{host_of(settings)} knows this reply's key already (409).")
        return refusal_of(answer, host_of(settings))
    where = str(settings.get("answer_id_at") or "").strip()
    if not where:
        return Sent(draft.key)
    found = found_at(answer.value, where)
    if isinstance(found, (dict, list, bool)) or found in (None, ""):
        return Unknown(f"{host_of(settings)} took it, and its answer names no id at “{where}”.")
    url = found_at(answer.value, str(settings.get("answer_url_at") or "\0"))
    return Sent(str(found), url if isinstance(url, str) and url.startswith(("https://", "http://")) else "")


def _words(draft: Draft) -> dict[str, str]:
    return {
        "text": draft.text,
        "parent_id": draft.to.external_id,
        "thread_id": draft.to.thread_external_id or draft.to.external_id,
        "key": draft.key,
        "to": draft.to.author_handle,
        "author": draft.author_name,
    }
