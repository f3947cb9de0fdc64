"""A mailbox is opened by a token instead of a password: SASL XOAUTH2, and the code flow of RFC 6749.

A token is for the provider that gave it: what is kept names that, and it is used with no other.

developers.google.com/workspace/gmail/imap/xoauth2-protocol;
learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from oneroof.core import clock
from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.listening.sources.base import Begun, MustWaitError, OAuth, PollFailedError, Renewal, Settings
from oneroof.listening.sources.json_api import LATER, Answer, NotAllowedError, failure_of, post_form, url_with
from oneroof.listening.sources.pkce import challenge_of, new_verifier

RENEWED_BEFORE = timedelta(minutes=5)
LASTS = 3_600


ANY_TENANT = "organizations"
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where one agrees, where tokens are given, and what is asked for. The addresses may name a ``{tenant}``."""

    agree: str
    tokens: str
    scope: str


PROVIDERS = {
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
    ),
    "microsoft": Provider(
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
    ),
}


def by_token(settings: Settings) -> bool:
    return settings.get("sign_in") in PROVIDERS


def token_of(settings: Settings, host: str, security: str) -> str:
    """What is said to that server in place of a password: never in the clear, but within this machine.

    Raises PollFailedError, where no account is connected too.
    """
    if security == "none" and not _is_here(host):
        raise PollFailedError(f"A token is not sent to {host} without encryption: choose TLS or STARTTLS.")
    if not _has(settings, "access_token"):
        raise PollFailedError("No account is connected yet: connect one in the browser.")
    return str(settings["access_token"])


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _has(settings: Settings, name: str) -> bool:
    """Whether there is a token of that name, of the provider that is chosen now."""
    return bool(settings.get(name)) and settings.get("given_by") == settings.get("sign_in")


def xoauth2(user: str, token: str) -> str:
    """What is said to the server, before base64."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def begin(settings: Settings, come_back_to: str, state: str, client: SafeClient) -> Begun:  # noqa: ARG001 - a Begin
    """Raises PollFailedError. ``come_back_to`` must be among the app's redirect addresses."""
    provider, verifier = provider_of(settings), new_verifier()
    question = {
        "response_type": "code",
        "client_id": _client(settings)[0],
        "redirect_uri": come_back_to,
        "scope": provider.scope,
        "state": state,
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": settings.get("imap_user") or settings.get("user") or settings.get("address"),
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    memory = {"client_id": question["client_id"], "verifier": verifier, "come_back_to": come_back_to}
    return Begun(url=url_with(provider.agree, question), memory=memory)


def finish(settings: Settings, memory: Mapping[str, Any], code: str, client: SafeClient) -> Mapping[str, Any]:
    """Both tokens, and when the first ends. Raises PollFailedError."""
    if _client(settings)[0] != memory["client_id"]:
        raise PollFailedError("The source has another app now: connect its account again.")
    brought = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": memory["come_back_to"],
        "code_verifier": memory["verifier"],
    }
    given = _tokens(settings, brought, client)
    if "refresh_token" not in given:
        raise PollFailedError("No token that lasts was given: connect the account again.")
    return given


def is_due(settings: Settings) -> bool:
    if not by_token(settings) or not _has(settings, "refresh_token"):
        return False
    ends = settings.get("access_ends_at")
    return not ends or datetime.fromisoformat(str(ends)) <= clock.now() + RENEWED_BEFORE


def renew(settings: Settings, client: SafeClient) -> Mapping[str, Any]:
    """Raises PollFailedError; NotAllowedError where the refresh token is not taken any more."""
    brought = {"grant_type": "refresh_token", "refresh_token": settings["refresh_token"]}
    return _tokens(settings, brought, client)


def check_tenant(value: Any) -> None:
    """Raises ValueError."""
    if not TENANT.fullmatch(str(value)):
        raise ValueError("a tenant is an ID such as 8eaef023-2b34-4da1-9baa-8bc8c9d6a490, or a domain")


def provider_of(settings: Settings) -> Provider:
    """With the addresses of the tenant that the settings name. Raises PollFailedError."""
    if not by_token(settings):
        raise PollFailedError("This mailbox is opened by its password: choose another way to sign in first.")
    provider, tenant = PROVIDERS[str(settings["sign_in"])], str(settings.get("tenant") or ANY_TENANT)
    agree, tokens = (each.replace("{tenant}", tenant) for each in (provider.agree, provider.tokens))
    return Provider(agree, tokens, provider.scope)


def _client(settings: Settings) -> tuple[str, str]:
    client_id, secret = (str(settings.get(name) or "").strip() for name in ("client_id", "client_secret"))
    if not client_id or not secret:
        raise PollFailedError("The source has no app yet: enter its client ID and its secret first.")
    return client_id, secret


def _tokens(settings: Settings, brought: Mapping[str, Any], client: SafeClient) -> dict[str, Any]:
    client_id, secret = _client(settings)
    try:
        sent = {**brought, "client_id": client_id, "client_secret": secret}
        answer = post_form(client, provider_of(settings).tokens, sent)
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    return {**_kept(answer), "given_by": settings["sign_in"]}


def _kept(answer: Answer) -> dict[str, Any]:
    told = answer.value if isinstance(answer.value, dict) else {}
    if answer.status == 400:  # RFC 6749, 5.2
        reason = f"The provider does not take the account any more: connect it again ({answer.said})."
        raise NotAllowedError(reason, next_poll_after=LATER)
    if answer.status != 200 or not isinstance(told.get("access_token"), str):
        raise failure_of(answer, "The mail provider")
    lasts = told.get("expires_in")
    seconds = lasts if isinstance(lasts, int) and 0 < lasts <= 24 * LASTS else LASTS
    ends = clock.now() + timedelta(seconds=seconds)
    kept = {"access_token": told["access_token"], "access_ends_at": ends.isoformat()}
    if isinstance(told.get("refresh_token"), str):
        kept["refresh_token"] = told["refresh_token"]
    return kept


OAUTH = OAuth(begin=begin, finish=finish, is_used=by_token)
RENEWAL = Renewal(is_due=is_due, renew=renew)
