"""An erased person is nowhere: every table and every file is looked through for what was planted."""

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from oneroof.accounts import audit
from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.notes import add_note
from oneroof.care.models import Conversation
from oneroof.care.tests.conftest import Hear, said
from oneroof.core.importing import Wanted, importers
from oneroof.customers.actions.erasing import erase_person, export_person
from oneroof.customers.models import Identity, Person
from oneroof.customers.queries import people_of_customers
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, RejectedPost, Source
from oneroof.notify.actions.telling import tell

pytestmark = pytest.mark.django_db
HANDLE, WORDS, NAME, MAIL, NUMBER = (
    "zuleika_7q",
    "xylophonically",
    "Zuleika Quill",
    "zq7@canary.example",
    "KX-7001",
)
CANARIES = (HANDLE, WORDS, NAME, MAIL, NUMBER)


def traces(canary: str) -> list[str]:
    """Tables of which a row, written out whole, holds it: as text, in a search vector, or as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s OR t::text LIKE %s',
                [f"%{canary}%", f"%{canary.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def files_with(home: Path, canary: str) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file() and canary in file.read_text(errors="replace")]


@pytest.fixture
def planted(form: Source, hear: Hear, agent: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Somebody with posts, a conversation with a note, purchases, links, notices, audit, and a rejected row."""
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))
    (conversation,) = hear(form, said("z1", f"My kettle {WORDS} leaks", author=HANDLE, author_name=NAME))
    receive_posts(form, [said("z2", f"@{HANDLE} have you tried {MAIL}?", author="bystander", minute=3)])
    claim_conversation(agent, conversation.pk)
    add_note(agent, conversation.pk, f"{NAME} called, says {WORDS}")
    path = reverse("care:conversation", args=[conversation.pk])
    tell([agent], key=f"note:{conversation.pk}", kind="note", title=f"{NAME} waits", body=WORDS, path=path)
    audit.record(agent, "conversation.claimed", on=conversation, name=WORDS, after={"who": f"@{HANDLE}"})
    file = tmp_path / "c.csv"
    file.write_text(
        f"external_id,name,email,handles\n{NUMBER},{NAME},{MAIL},webhook:{HANDLE}\n{NUMBER},{NAME},bad,\n"
    )
    importers()["customers"](Wanted([file], "auto", None, {}))
    file.write_text(f"customer,purchased_at,amount,product\n{NUMBER},2026-01-05,9.90,Kettle\n")
    importers()["purchases"](Wanted([file], "auto", None, {}))
    file.unlink()
    return people_of_customers([NUMBER])[NUMBER]


def test_an_erased_person_is_nowhere(
    planted: int, lead: User, agent: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert [canary for canary in CANARIES if not traces(canary)] == [], "planted everywhere first"
    assert files_with(tmp_path / "home", NUMBER)
    with pytest.raises(NotAllowed):
        erase_person(agent, planted)
    with pytest.raises(Person.DoesNotExist):
        erase_person(lead, 10**12)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_person(lead, planted) > 5
    assert {canary: traces(canary) for canary in CANARIES if traces(canary)} == {}
    assert [canary for canary in CANARIES if files_with(tmp_path / "home", canary)] == []
    entry = AuditEntry.objects.get(verb="person.erased")
    assert (entry.on_id, entry.on_name) == (str(planted), f"#{planted}")
    assert Conversation.objects.count() >= 1, "figures keep what happened"


def test_an_erased_person_waits_in_no_job(planted: int, lead: User) -> None:
    """No job of ours names anybody; one of whoever builds on us might."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES ('theirs.greet', 'theirs', %s)",
            [json.dumps({"to": f"{NAME} <{MAIL}>", "handles": [HANDLE], "at": 7})],
        )
        erase_person(lead, planted)
        cursor.execute("SELECT args, status FROM procrastinate_jobs WHERE task_name = 'theirs.greet'")
        args, status = cursor.fetchone()
    assert json.loads(args) == {"to": f"{NAME} <…>", "handles": ["…"], "at": 7}
    assert status == "todo"


def test_an_erased_person_is_in_no_file(
    planted: int, lead: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """Rows of an import that was killed, and of one that quotes JSON; the demo's letters and replies."""
    home = tmp_path / "home"
    rejected = home / "rejected" / "killed.jsonl"
    others = json.dumps({"file": "c.csv", "line": 1, "reason": "bad", "raw": "bystander"}) + "\n"
    rejected.write_text(others + '{"file": "c.csv", "raw": "' + HANDLE)
    letter = EmailMessage()
    letter["To"], letter["Subject"] = MAIL, "Your kettle"
    letter.set_content("Grüße an Zoë", cte="base64")
    about = EmailMessage()
    about["To"] = "lead@company.example"
    about.set_content(f"Größe: {MAIL} wartet", cte="base64")
    (home / "mail").mkdir()
    (home / "mail" / "1.eml").write_bytes(letter.as_bytes())
    (home / "mail" / "2.eml").write_bytes(about.as_bytes())
    (home / "mail" / "3.eml").write_text("To: lead@company.example\n\nNothing new")
    (home / "replies").mkdir()
    (home / "replies" / "1.json").write_text(json.dumps({"data": {"to": HANDLE}}))
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(lead, planted)
    left = {file.name for file in home.rglob("*") if file.is_file()}
    assert {"3.eml", "killed.jsonl"} <= left
    assert left & {"1.eml", "2.eml", "1.json"} == set()
    assert rejected.read_text() == others


def test_a_handle_is_found_as_json_and_addresses_write_it(form: Source, hear: Hear, lead: User) -> None:
    hear(form, said("z1", "Hello there, my kettle leaks", author="zoë_99"))
    raw = json.dumps({"author": "zoë_99"})
    RejectedPost.objects.create(source=form, place="index 1", reason="bad", raw=raw, digest="d")
    receive_posts(form, [said("z3", "See https://forum.example/u/zo%C3%AB_99 there", author="bystander")])
    erase_person(lead, Identity.objects.get(handle="zoë_99").person_id)
    assert not RejectedPost.objects.exists()
    assert Post.objects.get(external_id="z3").text == "See https://forum.example/u/… there"


def test_what_is_heard_again_brings_nothing_back(planted: int, lead: User, form: Source) -> None:
    erase_person(lead, planted)
    receive_posts(form, [said("z1", f"My kettle {WORDS} leaks", author=HANDLE, author_name=NAME)])
    assert not Post.objects.filter(text__contains=WORDS).exists()


def test_what_others_said_stays(planted: int, lead: User) -> None:
    erase_person(lead, planted)
    assert Post.objects.get(external_id="z2").text == "@… have you tried …?"


def test_an_archive_holds_everything_of_them(planted: int, lead: User, agent: User, client: Client) -> None:
    with pytest.raises(NotAllowed):
        export_person(agent, planted)
    with zipfile.ZipFile(io.BytesIO(export_person(lead, planted))) as archive:
        told = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert {row["kind"] for row in told["people.json"]} == {
        "person",
        "identity",
        "customer",
        "purchase",
        "link",
    }
    assert WORDS in told["posts.json"][0]["text"]
    assert told["conversations.json"][0]["kind"] == "conversation"
    client.force_login(lead)
    answer = client.post(f"/desk/people/{planted}/archive/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert client.post(f"/desk/people/{planted}/erasure/").status_code == 302
    assert not Person.objects.filter(pk=planted).exists()
    assert client.post(f"/desk/people/{planted}/erasure/").status_code == 404
    assert client.post(f"/desk/people/{planted}/archive/").status_code == 404
