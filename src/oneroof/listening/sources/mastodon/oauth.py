"""An account is connected in the browser: docs.joinmastodon.org/spec/oauth, with PKCE (RFC 7636).

Every server is a world of its own: we introduce ourselves to it first, and remember how we are known there.
"""

from collections.abc import Mapping
from typing import Any

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import Begun, OAuth, PollFailedError, Settings
from oneroof.listening.sources.json_api import failure_of, post_json, url_with
from oneroof.listening.sources.mastodon.instance import Instance
from oneroof.listening.sources.pkce import challenge_of, new_verifier

SCOPES = "read write:statuses"
NAME = "Oneroof"


def begin(settings: Settings, come_back_to: str, state: str, client: SafeClient) -> Begun:
    """Introduce ourselves, and say where the person agrees. Raises PollFailedError."""
    instance = Instance.of(settings)
    about = {"client_name": NAME, "redirect_uris": come_back_to, "scopes": SCOPES}
    told = _asked(instance, client, "/api/v1/apps", about, "client_id", "client_secret")
    verifier = new_verifier()
    memory = {
        "client_id": told["client_id"],
        "client_secret": told["client_secret"],
        "verifier": verifier,
        "come_back_to": come_back_to,
        "instance": instance.url,
    }
    question = {
        "response_type": "code",
        "client_id": told["client_id"],
        "redirect_uri": come_back_to,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    return Begun(url=url_with(f"{instance.url}/oauth/authorize", question), memory=memory)


def finish(settings: Settings, memory: Mapping[str, Any], code: str, client: SafeClient) -> Mapping[str, Any]:
    """The access token. Raises PollFailedError; a token of another server than the source's is not asked for."""
    instance = Instance.of(settings)
    if instance.url != memory["instance"]:
        raise PollFailedError("The source stands for another server now: connect its account again.")
    brought = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": memory["client_id"],
        "client_secret": memory["client_secret"],
        "redirect_uri": memory["come_back_to"],
        "code_verifier": memory["verifier"],
        "scope": SCOPES,
    }
    told = _asked(instance, client, "/oauth/token", brought, "access_token")
    return {"access_token": told["access_token"]}


def _asked(
    instance: Instance, client: SafeClient, path: str, sent: Mapping[str, Any], *needed: str
) -> dict[str, Any]:
    try:
        answer = post_json(client, f"{instance.url}{path}", sent)
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    told = answer.value
    if answer.status == 200 and isinstance(told, dict) and all(isinstance(told.get(n), str) for n in needed):
        return told
    raise failure_of(answer, instance.host)


OAUTH = OAuth(begin=begin, finish=finish)
