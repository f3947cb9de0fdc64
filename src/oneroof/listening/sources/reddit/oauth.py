"""An account is connected in the browser: github.com/reddit-archive/reddit/wiki/OAuth2, *authorization code*."""

from collections.abc import Mapping
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Begun, OAuth, PollFailedError, Settings
from oneroof.listening.sources.json_api import url_with
from oneroof.listening.sources.reddit.account import Reddit

SCOPES = "identity read history submit privatemessages"


def begin(settings: Settings, come_back_to: str, state: str, client: SafeClient) -> Begun:  # noqa: ARG001 - a Begin
    """Raises PollFailedError. ``come_back_to`` must be the redirect address that the application has at Reddit."""
    place = Reddit.of(settings)
    if not place.client_id or not place.client_secret:
        raise PollFailedError("The source has no application yet: enter its ID and its secret first.")
    question = {
        "client_id": place.client_id,
        "response_type": "code",
        "state": state,
        "redirect_uri": come_back_to,
        "duration": "permanent",
        "scope": SCOPES,
    }
    memory = {"client_id": place.client_id, "come_back_to": come_back_to}
    return Begun(url=url_with(f"{place.site}/api/v1/authorize", question), memory=memory)


def finish(settings: Settings, memory: Mapping[str, Any], code: str, client: SafeClient) -> Mapping[str, Any]:
    """The refresh token. Raises PollFailedError."""
    place = Reddit.of(settings)
    if place.client_id != memory["client_id"]:
        raise PollFailedError("The source has another application now: connect its account again.")
    brought = {"grant_type": "authorization_code", "code": code, "redirect_uri": memory["come_back_to"]}
    told = place.ask_for_token(client, brought)
    if not isinstance(told.get("refresh_token"), str):
        raise PollFailedError("Reddit gave no token that lasts: connect the account again.")
    return {"refresh_token": told["refresh_token"]}


OAUTH = OAuth(begin=begin, finish=finish)
