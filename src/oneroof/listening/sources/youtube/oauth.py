"""An account is connected in the browser: developers.google.com/identity/protocols/oauth2/web-server."""

from collections.abc import Mapping
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Begun, OAuth, PollFailedError, Settings
from oneroof.listening.sources.json_api import url_with
from oneroof.listening.sources.pkce import challenge_of, new_verifier
from oneroof.listening.sources.youtube.service import YouTube

AGREE = "https://accounts.google.com/o/oauth2/v2/auth"
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"


def begin(settings: Settings, come_back_to: str, state: str, client: SafeClient) -> Begun:  # noqa: ARG001 - a Begin
    """Raises PollFailedError. ``come_back_to`` must be among the client's redirect addresses."""
    place = YouTube.of(settings)
    if not place.client_id or not place.client_secret:
        raise PollFailedError("The source has no client yet: enter its ID and its secret first.")
    verifier = new_verifier()
    question = {
        "response_type": "code",
        "client_id": place.client_id,
        "redirect_uri": come_back_to,
        "scope": SCOPE,
        "state": state,
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    memory = {"client_id": place.client_id, "verifier": verifier, "come_back_to": come_back_to}
    return Begun(url=url_with(AGREE, question), memory=memory)


def finish(settings: Settings, memory: Mapping[str, Any], code: str, client: SafeClient) -> Mapping[str, Any]:
    """The refresh token. Raises PollFailedError."""
    place = YouTube.of(settings)
    if place.client_id != memory["client_id"]:
        raise PollFailedError("The source has another client now: connect its account again.")
    brought = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": memory["come_back_to"],
        "code_verifier": memory["verifier"],
    }
    told = place.ask_for_token(client, brought)
    if not isinstance(told.get("refresh_token"), str):
        raise PollFailedError("Google gave no token that lasts: connect the account again.")
    return {"refresh_token": told["refresh_token"]}


OAUTH = OAuth(begin=begin, finish=finish)
