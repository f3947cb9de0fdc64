"""Whoever is erased is nowhere in the community and among contacts; what others wrote there stays."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.care.tests.test_erasing import traces
from oneroof.community.actions.hearing import hear
from oneroof.community.actions.indexing import index_missing
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Group, Member
from oneroof.core.importing import Wanted, importers
from oneroof.customers.actions.erasing import erase_person, export_person
from oneroof.customers.models import Identity
from oneroof.insight.models import Contact
from oneroof.notify.actions.telling import tell

pytestmark = pytest.mark.django_db
NAME, WORDS, CALLED = "Zuleika Quill", "xylophonically", "quizzaciously"
CANARIES = (NAME, WORDS, CALLED)


@pytest.fixture
def person(lead: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """She asked twice, answered once, was answered once, and called."""
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))
    hers = User.objects.create_user("zq@canary.example", name=NAME, role=Role.MEMBER)
    other = User.objects.create_user("hugo@customers.example", name="Hugo", role=Role.MEMBER)
    group = Group.objects.create(slug="kettles", name="Kettles")
    asked = ask(hers, f"It hums {WORDS}", f"All night, {WORDS}.", group=group)
    ask(hers, f"Again {WORDS}", "Help.", group=group)
    answer(other, asked.pk, "Put it on a cloth.")
    helped = ask(other, "Does it whistle?", "Mine does not.", group=group)
    answer(hers, helped.pk, f"It does, {WORDS}.")
    index_missing()
    hear(asked.pk)
    Member.objects.filter(user=hers).update(external_source="old", external_id="17")
    identity = Identity.objects.get(network="community")
    file = tmp_path / "calls.csv"
    file.write_text(
        f"external_id,channel,opened_at,customer,text\n1,phone,2026-01-05,{identity.handle},{CALLED}\n"
    )
    importers()["contacts"](Wanted([file], "auto", None, {}))
    tell([other], key="k", kind="community_followed", title=NAME, body=WORDS, path=asked.get_absolute_url())
    User.objects.filter(pk=hers.pk).update(name="")
    return identity.person_id


def test_the_archive_holds_what_was_written_and_said(person: int, lead: User) -> None:
    with zipfile.ZipFile(io.BytesIO(export_person(lead, person))) as archive:
        rows = json.loads(archive.read("community.json"))
        assert [row["kind"] for row in rows] == ["member", "question", "question", "answer"]
        assert [row["text"] for row in json.loads(archive.read("contacts.json"))] == [CALLED]


def test_what_was_written_goes_and_what_others_wrote_stays(person: int, lead: User) -> None:
    assert [canary for canary in CANARIES if not traces(canary)] == [], "planted everywhere first"
    erase_person(lead, person)
    assert {canary: traces(canary) for canary in CANARIES if traces(canary)} == {}
    shown = Entry.objects.visible_to(None)
    assert list(shown.order_by("pk").values_list("kind", "title", "body", "answers")) == [
        ("question", "…", "", 1),
        ("answer", "", "Put it on a cloth.", 0),
        ("question", "Does it whistle?", "Mine does not.", 0),
    ]
    assert Member.objects.get(external_id="17").name == "…"
    assert Contact.objects.get().customer == ""
