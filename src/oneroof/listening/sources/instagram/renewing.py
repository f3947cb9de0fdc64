"""A token of Instagram's own login lasts 60 days, and is exchanged for a younger one long before.

developers.facebook.com/docs/instagram-platform/reference/refresh_access_token: a token that is a day old at least
and has not ended gives another of 60 days. It goes in the address there, so nothing that was said of that is kept.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from oneroof.core import clock
from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import Renewal, Settings
from oneroof.listening.sources.graph import Graph
from oneroof.listening.sources.instagram.account import ADDRESS, WHO, is_own_login, moment_of
from oneroof.listening.sources.json_api import read_answer, url_with

LASTS = timedelta(days=60)
YOUNG = timedelta(days=1)
"""A token of less is not exchanged; whoever was refused asks again after it."""


def is_due(settings: Settings) -> bool:
    """At half of its life. Nobody says when a token that was pasted ends: it is exchanged as soon as it can be."""
    if not is_own_login(settings) or not settings.get("access_token"):
        return False
    renew_at = moment_of(settings, "token_renew_at")
    return renew_at is None or renew_at <= clock.now()


def renew(settings: Settings, client: SafeClient) -> Mapping[str, Any]:
    """Never raises: what could not be exchanged still holds, and is tried again a day later."""
    given = _exchanged(settings, client)
    if given is None:
        return {"token_renew_at": (clock.now() + YOUNG).isoformat()}
    token, lasts = given
    return {
        "access_token": token,
        "token_ends_at": (clock.now() + lasts).isoformat(),
        "token_renew_at": (clock.now() + max(lasts / 2, YOUNG)).isoformat(),
    }


def _exchanged(settings: Settings, client: SafeClient) -> tuple[str, timedelta] | None:
    graph = Graph.of(settings, ADDRESS, WHO)
    asked = {"grant_type": "ig_refresh_token", "access_token": graph.token}
    try:
        answer = client.send("GET", url_with(f"{graph.url}/refresh_access_token", asked))
    except FetchError:
        return None
    told = read_answer(answer).value
    if answer.status != 200 or not isinstance(told, dict):
        return None
    token, seconds = told.get("access_token"), told.get("expires_in")
    if not isinstance(token, str) or not token:
        return None
    if not isinstance(seconds, int) or not 0 < seconds <= LASTS.total_seconds() * 2:
        return token, LASTS
    return token, timedelta(seconds=seconds)


RENEWAL = Renewal(is_due=is_due, renew=renew)
