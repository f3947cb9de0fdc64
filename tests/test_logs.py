"""The log holds no address that lets somebody in, and nothing of a person: nor does what waits to be done."""

import dataclasses
import inspect
import io
import logging
import smtplib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from procrastinate.contrib.django import app

from oneroof.accounts.actions.people import make_sign_in_link
from oneroof.accounts.models import SignInLink, User
from oneroof.care.actions.bouncing import note_bounces
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.replies import send_reply
from oneroof.care.outbox import sending
from oneroof.care.tests.conftest import Hear, form, hear, said
from oneroof.config.urls import urlpatterns as of_the_program
from oneroof.core import events
from oneroof.core.importing import Wanted, importers
from oneroof.core.logs import Impersonal, SecretsAreCut
from oneroof.customers.actions.erasing import erase_person
from oneroof.customers.models import Identity
from oneroof.customers.queries import people_of_customers
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import BOUNCE
from oneroof.notify.letters import unsubscribe_url

pytestmark = pytest.mark.django_db
__all__ = ["form", "hear"]
HANDLE, WORDS, NAME, MAIL, NUMBER = (
    "zuleika_7q",
    "xylophonically",
    "Zuleika Quill",
    "zq7@canary.example",
    "KX-7001",
)
OF_THEM = (HANDLE, WORDS, NAME, MAIL, NUMBER)
OUR_OWN = {"kind", "outcome", "what", "language", "start", "before"}
"""Words of which there are a few, and moments."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the program's own handler, as the settings make it, writes."""
    [handler] = [
        one for one in logging.root.handlers if any(isinstance(f, SecretsAreCut) for f in one.filters)
    ]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


def _path(url: str) -> str:
    return "/" + url.partition("//")[2].partition("/")[2]


def test_a_link_that_still_works_is_not_logged(client: Client, agent: User, log: io.StringIO) -> None:
    path = _path(make_sign_in_link(None, agent))
    secret = path.split("/")[2]
    assert client.post(path).status_code == 405
    assert client.get(path).status_code == 302
    assert Client().get(path).status_code == 404
    assert log.getvalue().count("/sign-in/…/") == 2
    assert secret not in log.getvalue()


def test_looking_at_a_link_neither_spends_nor_tells(client: Client, agent: User) -> None:
    path = _path(make_sign_in_link(None, agent))
    for looked_at in (path, "/sign-in/or_made-up/"):
        assert client.head(looked_at).status_code == 200
    assert SignInLink.objects.get().used_at is None
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["/accounts/password/reset/key/7-abc-def/", "/accounts/confirm-email/Mg:1x:yz/"]
)
def test_keys_that_were_mailed_are_cut(path: str, log: io.StringIO) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", path)
    key = path.split("/")[-2]
    assert "Not Found: /accounts/" in log.getvalue()
    assert key not in log.getvalue()


def test_the_way_out_of_letters_is_not_logged(client: Client, agent: User, log: io.StringIO) -> None:
    path = _path(unsubscribe_url(agent))
    assert client.put(path).status_code == 405
    assert "/notices/unsubscribe/…/" in log.getvalue()
    assert path.split("/")[3] not in log.getvalue()


def broken_page(_request: HttpRequest, who: str) -> HttpResponse:
    """The database refuses a second one of the same name, and quotes the row."""
    again = Identity.objects.get(handle=who)
    again.pk = None
    with transaction.atomic():
        again.save(force_insert=True)
    return HttpResponse()


urlpatterns = [path("broken/<str:who>/", broken_page), *of_the_program]


def _break(*_given: Any) -> Any:
    raise ValueError(f"{NAME} <{MAIL}> said: {WORDS}")


def _miss(handle: str) -> None:
    nobody: dict[str, int] = {}
    try:
        nobody[handle]
    except KeyError as first:
        raise TypeError("an int was wanted") from first


def _server_log() -> str:
    """What PostgreSQL itself wrote down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('data_directory'), current_setting('log_directory')")
        where, folder = cursor.fetchone()
    files = sorted((Path(where) / folder).glob("*"), key=lambda file: file.stat().st_mtime)
    return files[-1].read_text(errors="replace") if files else ""  # a server elsewhere keeps its own


def test_a_persons_life_leaves_nothing_of_them_in_the_log(
    log: io.StringIO,
    form: Source,
    hear: Hear,
    agent: User,
    lead: User,
    client: Client,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Heard, answered by a publisher that breaks, returned by a mail server, imported with errors, on a page that
    breaks, erased, and looked for afterwards."""
    before = len(_server_log())
    settings.ROOT_URLCONF, client.raise_request_exception = __name__, False
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path))
    (conversation,) = hear(form, said("z1", f"My kettle {WORDS} leaks", author=HANDLE, author_name=NAME))
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, f"Dear {NAME}, a new seal is on its way.")
    sender = sending.sender_of(form)
    breaking = dataclasses.replace(sender, network=dataclasses.replace(sender.network, publish=_break))
    sending.send_one(breaking, reply.pk)
    returned = said(
        "z2", f"{MAIL}: 550 No such user", author="mailer-daemon", parent_id=reply.key, kind=BOUNCE
    )
    hear(form, returned)
    note_bounces(form.pk, list(Post.objects.filter(external_id="z2").values_list("pk", flat=True)))
    file = tmp_path / "customers.csv"
    rows = f"{NUMBER},{NAME},{MAIL},webhook:{HANDLE}\n{NUMBER},{NAME},bad,\n"
    file.write_text(f"external_id,name,email,handles\n{rows}")
    importers()["customers"](Wanted([file], "auto", None, {}))
    assert client.get(f"/broken/{HANDLE}/").status_code == 500
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [WORDS])
    erase_person(lead, people_of_customers([NUMBER])[NUMBER])
    for place in (
        f"/q/7/my-kettle-{WORDS}",
        f"/u/{HANDLE}",
        f"/u/{HANDLE}/summary",
        f"/files/abc/{NAME}.png",
    ):
        assert client.get(place).status_code == 404
    told = log.getvalue()
    assert told.count("Traceback") + told.count('File "') > 2
    assert "ValueError" in told
    assert "duplicate key value violates unique constraint" in told
    assert [each for each in OF_THEM if each in told] == []
    assert [each for each in OF_THEM if each in _server_log()[before:]] == []


def test_what_breaks_is_told_by_where_and_what_it_is() -> None:
    told = {
        ValueError(f"could not convert: {WORDS}"): "ValueError",
        KeyError(HANDLE): "KeyError",
        FileNotFoundError(2, "No such file or directory", f"/tmp/{NAME}.csv"): "No such file or directory",
        smtplib.SMTPRecipientsRefused({MAIL: (550, f"no {NAME}".encode())}): "SMTPRecipientsRefused",
        smtplib.SMTPDataError(550, f"no {NAME}".encode()): "SMTPDataError",
        AttributeError("'NoneType' object has no attribute 'pk'"): "has no attribute 'pk'",
        ExceptionGroup("two", [ValueError(WORDS), OSError(28, "No space left on device")]): "No space left",
    }
    for error, says in told.items():
        written = Impersonal().formatException((type(error), error, error.__traceback__))
        assert says in written
        assert [each for each in OF_THEM if each in written] == []


def test_what_led_to_it_is_told_first() -> None:
    with pytest.raises(TypeError) as caught:
        _miss(HANDLE)
    written = Impersonal().formatException((caught.type, caught.value, caught.tb))
    assert written.index("KeyError") < written.index("TypeError: an int was wanted")
    assert written.count("in _miss") == 2
    assert HANDLE not in written


def test_the_database_quotes_nobody() -> None:
    with connection.cursor() as cursor, pytest.raises(Exception) as caught:  # noqa: PT011  whichever kind it is
        cursor.execute("SELECT %s::int", [WORDS])
    assert isinstance(caught.value.__cause__, psycopg.DataError)
    written = Impersonal().formatException((caught.type, caught.value, caught.tb))
    assert "psycopg.errors.InvalidTextRepresentation" in written
    assert WORDS not in written


def test_what_waits_to_be_done_names_numbers_alone() -> None:
    """procrastinate writes a job that failed into the log, with all that it was given."""
    given = {
        f"{name}.{field.name}": str(field.type)
        for name, kind in events._types.items()
        for field in dataclasses.fields(kind)
    } | {
        f"{name}.{parameter.name}": str(parameter.annotation)
        for name, task in app.tasks.items()
        if name.startswith("oneroof.") and name != events.deliver.name
        for parameter in inspect.signature(task.func).parameters.values()
    }
    words = {name for name, kind in given.items() if "str" in kind or "Any" in kind}
    assert len(given) > 20
    assert {name for name in words if name.rpartition(".")[2] not in OUR_OWN} == set()
