"""An account is connected in the browser, and its tokens are exchanged as they end.

docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code: an access token lasts two hours, and every
refresh token serves once: what is given in its place is kept before anything else is asked.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from oneroof.core import clock
from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.listening.sources.base import Begun, MustWaitError, OAuth, PollFailedError, Renewal, Settings
from oneroof.listening.sources.json_api import LATER, Answer, NotAllowedError, post_form, url_with
from oneroof.listening.sources.pkce import challenge_of, new_verifier
from oneroof.listening.sources.x.service import TOKEN, X, failure, record

AGREE = "https://x.com/i/oauth2/authorize"
SCOPES = "tweet.read tweet.write users.read offline.access"
RENEWED_BEFORE = timedelta(minutes=5)
LASTS = 7_200


def begin(settings: Settings, come_back_to: str, state: str, client: SafeClient) -> Begun:  # noqa: ARG001 - a Begin
    """Raises PollFailedError. ``come_back_to`` must be among the app's callback addresses."""
    place = X.of(settings)
    if not place.client_id:
        raise PollFailedError("The source has no app yet: enter its client ID first.")
    verifier = new_verifier()
    question = {
        "response_type": "code",
        "client_id": place.client_id,
        "redirect_uri": come_back_to,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    memory = {"client_id": place.client_id, "verifier": verifier, "come_back_to": come_back_to}
    return Begun(url=url_with(AGREE, question), memory=memory)


def finish(settings: Settings, memory: Mapping[str, Any], code: str, client: SafeClient) -> Mapping[str, Any]:
    """Both tokens, and when the first ends. Raises PollFailedError."""
    if X.of(settings).client_id != memory["client_id"]:
        raise PollFailedError("The source has another app now: connect its account again.")
    brought = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": memory["come_back_to"],
        "code_verifier": memory["verifier"],
    }
    return _tokens(settings, brought, client)


def is_due(settings: Settings) -> bool:
    if not settings.get("refresh_token"):
        return False
    ends = settings.get("access_ends_at")
    return not ends or datetime.fromisoformat(str(ends)) <= clock.now() + RENEWED_BEFORE


def renew(settings: Settings, client: SafeClient) -> Mapping[str, Any]:
    """Raises PollFailedError; NotAllowedError where the refresh token is not taken, for it was used or revoked."""
    brought = {"grant_type": "refresh_token", "refresh_token": settings["refresh_token"]}
    return _tokens(settings, brought, client)


def _tokens(settings: Settings, brought: Mapping[str, Any], client: SafeClient) -> dict[str, Any]:
    place = X.of(settings)
    sent = {**brought, "client_id": place.client_id}
    try:
        answer = post_form(client, f"{place.url}{TOKEN}", sent, headers=_who_we_are(settings))
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    return _kept(answer)


def _kept(answer: Answer) -> dict[str, Any]:
    told = record(answer.value)
    if answer.status == 400:  # RFC 6749, 5.2
        raise NotAllowedError(
            f"X does not take the token any more: connect the account again ({answer.said}).",
            next_poll_after=LATER,
        )
    if answer.status != 200 or not isinstance(told.get("access_token"), str):
        raise failure(answer)
    lasts = told.get("expires_in")
    seconds = lasts if isinstance(lasts, int) and 0 < lasts < 10 * LASTS else LASTS
    ends = clock.now() + timedelta(seconds=seconds)
    kept = {"access_token": told["access_token"], "access_ends_at": ends.isoformat()}
    if isinstance(told.get("refresh_token"), str):
        kept["refresh_token"] = told["refresh_token"]
    return kept


def _who_we_are(settings: Settings) -> dict[str, str]:
    """A confidential client says its secret by HTTP Basic; a public one has none."""
    secret = str(settings.get("client_secret") or "").strip()
    if not secret:
        return {}
    pair = f"{quote(X.of(settings).client_id, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"}


OAUTH = OAuth(begin=begin, finish=finish)
RENEWAL = Renewal(is_due=is_due, renew=renew)
