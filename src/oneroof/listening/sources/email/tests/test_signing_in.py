"""A mailbox that is opened by a token, against servers that speak SASL XOAUTH2."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Session
from django.test import Client
from django.urls import reverse
from tests.running import free_port

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.web import answer, local_web
from oneroof.listening.actions.sources import add_source, edit_source
from oneroof.listening.models import Source
from oneroof.listening.secrets import seal_secrets, settings_of
from oneroof.listening.sources.base import PollFailedError, Refused, Sent
from oneroof.listening.sources.email import imap, signing_in
from oneroof.listening.sources.email.client import mailbox_of
from oneroof.listening.sources.email.publish import server_of
from oneroof.listening.sources.email.signing_in import (
    Provider,
    begin,
    check_tenant,
    finish,
    is_due,
    provider_of,
    renew,
)
from oneroof.listening.sources.email.smtp import Server, close_connections, deliver
from oneroof.listening.sources.email.tests import imap_server
from oneroof.listening.sources.email.tests.imap_server import USER, Folder, Talk
from oneroof.listening.sources.json_api import NotAllowedError
from oneroof.listening.sources.tests.contract import ImpatientClient

TOKEN, LETTER = "the-token", b"Subject: hello\n\nIt is on its way.\n"
SAID = f"user={USER}\1auth=Bearer {TOKEN}\1\1"
APP = {"sign_in": "google", "client_id": "app", "client_secret": "hush", "address": USER}
GIVEN = {"access_token": TOKEN, "refresh_token": "lasts", "expires_in": 3_599}


class Post:
    """Takes a letter from whoever brings the token."""

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        said = b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        if said == SAID.encode():
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Any) -> str:
        return "250 taken" if session.authenticated else "530 5.7.0 who are you?"


@pytest.fixture
def smtp_port() -> Iterator[int]:
    port = free_port()
    controller = Controller(Post(), hostname="127.0.0.1", port=port, auth_require_tls=False)
    controller.start()
    yield port
    close_connections()
    controller.stop()


@pytest.mark.parametrize(("token", "kind"), [(TOKEN, Sent), ("stale", Refused)])
def test_a_letter_leaves_by_a_token_and_waits_where_it_is_refused(
    smtp_port: int, token: str, kind: type
) -> None:
    server = Server("127.0.0.1", smtp_port, "none", USER, token, by_token=True)
    outcome = deliver(server, USER, "mia@customer.example", LETTER, "<1@brumi.example>")
    assert isinstance(outcome, kind)
    if isinstance(outcome, Refused):
        assert not outcome.permanent
        assert token not in outcome.reason


class ByToken(Talk):
    """Knows the token only, and says why not in a challenge, as Google and Microsoft do."""

    def authenticate(self, tag: str, rest: bytes) -> None:
        self.say("+ ")
        said = imap_server.b64decode(self.lines.readline().strip()).decode()
        if rest.startswith(b"XOAUTH2") and said == SAID:
            self.say(f"{tag} OK in")
            return
        self.say("+ eyJzdGF0dXMiOiI0MDAifQ==")
        assert not self.lines.readline().strip()
        self.say(f"{tag} NO [AUTHENTICATIONFAILED] not you")


@pytest.mark.parametrize("token", [TOKEN, "stale"])
def test_a_mailbox_is_opened_by_a_token(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_server, "Talk", ByToken)
    with imap_server.imap_server(Folder()) as port:
        mailbox = imap.Mailbox("127.0.0.1", port, "none", USER, token, by_token=True)
        if token == TOKEN:
            with imap.opened(mailbox, ImpatientClient()) as (_connection, validity, _following):
                assert validity
        else:
            with (
                pytest.raises(PollFailedError, match="does not let"),
                imap.opened(mailbox, ImpatientClient()),
            ):
                pass


def test_there_and_back_and_renewed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with local_web() as web:
        here = Provider("https://agree.example/", web.url("/token"), "mail")
        monkeypatch.setitem(signing_in.PROVIDERS, "google", here)
        web.routes["/token"] = answer(json.dumps(GIVEN))
        client = ImpatientClient()
        begun = begin(APP, "https://brumi.example/back", "a-state", client)
        asked = parse_qs(urlsplit(begun.url).query)
        assert (asked["state"], asked["scope"], asked["login_hint"]) == (["a-state"], ["mail"], [USER])
        kept = {**APP, **finish(APP, begun.memory, "the-code", client)}
        assert (kept["access_token"], kept["refresh_token"]) == (TOKEN, "lasts")
        assert not is_due(kept)
        with clock.frozen_at(clock.now() + timedelta(minutes=56)):
            assert is_due(kept)
        web.routes["/token"] = answer(json.dumps({"access_token": "next"}))
        assert renew(kept, client)["access_token"] == "next"
        assert "refresh_token=lasts" in web.asked[-1].body.decode()
        web.routes["/token"] = answer('{"error": "invalid_grant"}', status=400)
        with pytest.raises(NotAllowedError, match="connect it again"):
            renew(kept, client)


def test_microsoft_is_asked_at_the_tenant_of_the_app() -> None:
    there = provider_of({"sign_in": "microsoft", "tenant": "brumi.example"})
    assert there.tokens == "https://login.microsoftonline.com/brumi.example/oauth2/v2.0/token"
    assert "/organizations/" in provider_of({"sign_in": "microsoft", "tenant": ""}).agree
    for wrong in ("../common", "a/b", "", "a?b"):
        with pytest.raises(ValueError, match="a tenant is"):
            check_tenant(wrong)


CONNECTED = {**APP, "access_token": TOKEN, "refresh_token": "lasts", "given_by": "google"}
AT_HOME = {"host": "127.0.0.1", "imap_host": "localhost", "security": "none", "imap_security": "none"}
AWAY = {"host": "smtp.mail.example", "imap_host": "imap.mail.example"}


def test_a_token_goes_out_encrypted_or_not_at_all() -> None:
    for way in ("tls", "starttls"):
        known = {**CONNECTED, **AWAY, "security": way, "imap_security": way}
        assert mailbox_of(known).password == server_of(known).password == TOKEN
    assert mailbox_of({**CONNECTED, **AT_HOME}).by_token
    assert server_of({**CONNECTED, **AT_HOME}).by_token
    in_clear = {**CONNECTED, **AWAY, "security": "none", "imap_security": "none"}
    for refusing in (mailbox_of, server_of):
        with pytest.raises(PollFailedError, match="without encryption"):
            refusing(in_clear)


def test_a_token_is_used_only_with_who_gave_it() -> None:
    other = {**CONNECTED, **AWAY, "sign_in": "microsoft"}
    assert not is_due(other)
    for refusing in (mailbox_of, server_of):
        with pytest.raises(PollFailedError, match="No account is connected"):
            refusing(other)
    assert mailbox_of({**other, "sign_in": "password", "password": "hush"}).password == "hush"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed", [{"imap_host": "imap.elsewhere.example"}, {"host": "smtp.elsewhere.example"}]
)
def test_a_token_never_goes_to_another_server(changed: dict[str, str], lead: User) -> None:
    given = {**APP, **AWAY}
    source = add_source(lead, "email", "post", given)
    tokens = {name: CONNECTED[name] for name in ("access_token", "refresh_token", "given_by")}
    source.secret = seal_secrets({"client_secret": "hush", **tokens})
    source.renewed = seal_secrets({"access_token": "renewed"})
    source.save()
    edit_source(lead, source.pk, settings={**given, **changed})
    known = settings_of(Source.objects.get())
    assert not {"access_token", "refresh_token"} & set(known)
    for refusing in (mailbox_of, server_of):
        with pytest.raises(PollFailedError, match="No account is connected"):
            refusing(known)


@pytest.mark.django_db
def test_who_signs_in_with_a_password_is_not_asked_to_connect(lead: User, client: Client) -> None:
    client.force_login(lead)
    for way, is_shown in (("password", False), ("google", True)):
        source = add_source(lead, "email", way, {**APP, **AWAY, "sign_in": way})
        page = client.get(reverse("source", args=[source.pk])).content.decode()
        assert ("Connect an account" in page) is is_shown


def test_without_app_or_with_a_password_nothing_is_begun() -> None:
    for wrong in ({**APP, "client_id": ""}, {**APP, "sign_in": "password"}):
        with pytest.raises(PollFailedError):
            begin(wrong, "https://brumi.example/back", "a-state", ImpatientClient())
