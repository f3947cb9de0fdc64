"""An account of Meta's is connected in the browser.

developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow. The person's own token is exchanged for a
long-lived one, and that for the Page's, which is the only one that is kept.
"""

from collections.abc import Callable, Mapping
from typing import Any

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import Begun, OAuth, PollFailedError, Settings
from oneroof.listening.sources.graph import VERSION, Graph
from oneroof.listening.sources.json_api import post_form, url_with

AGREE = f"https://www.facebook.com/{VERSION}/dialog/oauth"

type PageToken = Callable[[Settings, Graph, SafeClient], str]
"""From what the person may do, the token to keep; raises PollFailedError."""


def oauth_of(scopes: str, address: str, who: str, page_token: PageToken) -> OAuth:
    """``scopes`` with commas between."""

    def begin(settings: Settings, come_back_to: str, state: str, client: SafeClient) -> Begun:  # noqa: ARG001
        app_id, _secret = _app(settings)
        asked = {"client_id": app_id, "redirect_uri": come_back_to, "state": state, "scope": scopes}
        url = url_with(AGREE, {**asked, "response_type": "code"})
        return Begun(url=url, memory={"app_id": app_id, "come_back_to": come_back_to})

    def finish(
        settings: Settings, memory: Mapping[str, Any], code: str, client: SafeClient
    ) -> Mapping[str, Any]:
        app_id, secret = _app(settings)
        if app_id != memory["app_id"]:
            raise PollFailedError("The source has another app now: connect its account again.")
        graph = Graph.of({**settings, "access_token": ""}, address, who)
        short = _token(graph, client, settings, code=code, redirect_uri=memory["come_back_to"])
        long = _token(graph, client, settings, grant_type="fb_exchange_token", fb_exchange_token=short)
        return {"access_token": page_token(settings, Graph(graph.url, long, secret, who), client)}

    return OAuth(begin=begin, finish=finish)


def _app(settings: Settings) -> tuple[str, str]:
    app_id, secret = (str(settings.get(name) or "").strip() for name in ("app_id", "app_secret"))
    if not app_id or not secret:
        raise PollFailedError("The source has no app yet: enter the app's id and its secret first.")
    return app_id, secret


def _token(graph: Graph, client: SafeClient, settings: Settings, **brought: Any) -> str:
    """By POST, so that no address holds a secret."""
    app_id, secret = _app(settings)
    sent = {"client_id": app_id, "client_secret": secret, **brought}
    try:
        answer = post_form(client, f"{graph.url}/{VERSION}/oauth/access_token", sent)
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    told = answer.value if isinstance(answer.value, dict) else {}
    if answer.status == 200 and isinstance(told.get("access_token"), str):
        return str(told["access_token"])
    raise graph.failure(answer)
