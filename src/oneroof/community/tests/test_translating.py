"""A page in its reader's language: by a machine that speaks its documented protocol, corrected by people."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.editing import edit
from oneroof.community.actions.translating import choose_service, correct
from oneroof.community.actions.writing import answer, ask
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Group, Translation, TranslationService, Visibility
from oneroof.community.rules.segments import pieces_of, put_together
from oneroof.core.testing.web import LOOPBACK, LocalWeb, local_web
from oneroof.core.testing.web import answer as answers

pytestmark = pytest.mark.django_db
ENGLISH = "Turn the **seal** round, then press it in.\n\n```sh\nmake tea\n```\n\nThat helps at `90 C`."


@pytest.fixture
def machine(settings: Any) -> Iterator[LocalWeb]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with local_web() as web:
        yield web


def shouted(asked: Any, connection: Any, _over: Any) -> None:
    """LibreTranslate's answer: what it was given, in capitals outside of tags."""
    given = json.loads(asked.body)
    assert set(given) == {"q", "source", "target", "format", "api_key"}
    said = [each.replace("Turn the", "Gire la").replace("My kettle", "Mi hervidor") for each in given["q"]]
    connection.sendall(answers(json.dumps({"translatedText": said})))


def deepl(asked: Any, connection: Any, _over: Any) -> None:
    given = json.loads(asked.body)
    assert asked.headers["authorization"] == "DeepL-Auth-Key k-1"
    assert (given["source_lang"], given["target_lang"], given["tag_handling"]) == ("EN", "ES", "html")
    said = [{"detected_source_language": "EN", "text": f"<p>De {len(each)}</p>"} for each in given["text"]]
    connection.sendall(answers(json.dumps({"translations": said})))


@pytest.fixture
def service(machine: LocalWeb, lead: User) -> TranslationService:
    machine.routes["/translate"] = shouted
    return chosen(lead, machine)


def chosen(lead: User, machine: LocalWeb, provider: str = "libretranslate", **more: Any) -> Any:
    told = {"address": machine.url(""), "key": "k-1", "is_on": True, "daily_characters": 10_000, **more}
    return choose_service(lead, provider, **told)


@pytest.fixture
def english(question: Entry, helper: User) -> Entry:
    made = answer(helper, question.pk, ENGLISH)
    Entry.objects.update(lang="en")
    return made


def asked_in(client: Client, question: Entry, lang: str = "es") -> Any:
    return client.post(f"/q/{question.pk}/translation/", {"in": lang}, follow=True)


def test_code_never_leaves_and_comes_back_where_it_was() -> None:
    first, last = pieces_of(ENGLISH)
    assert "<strong>seal</strong>" in first
    assert "make tea" not in first + last
    assert '<code translate="no">90 C</code>' in last
    assert put_together(ENGLISH, [first, last]) == ENGLISH


def test_a_reader_gets_the_page_in_their_language_marked_with_the_original_one_click_away(
    client: Client, service: TranslationService, question: Entry, english: Entry, machine: LocalWeb
) -> None:
    text = asked_in(client, question).text
    assert "Mi hervidor leaks" in text
    assert "Gire la <strong>seal</strong> round" in text
    assert "Machine translation" in text
    assert "Turn the <strong>seal</strong> round" in text
    asked_in(client, question)
    assert len(machine.asked) == 1
    assert set(Translation.objects.values_list("entry", "revision", "lang")) == {
        (question.pk, 1, "es"),
        (english.pk, 1, "es"),
    }


def test_deepl_is_asked_as_its_documentation_says(
    client: Client, machine: LocalWeb, lead: User, question: Entry, english: Entry
) -> None:
    machine.routes["/v2/translate"] = deepl
    chosen(lead, machine, "deepl")
    asked_in(client, question)
    assert Translation.objects.get(entry=english).body.startswith("De ")


def test_a_persons_words_are_never_overwritten_and_an_edit_asks_anew(
    client: Client, service: TranslationService, question: Entry, english: Entry, helper: User
) -> None:
    correct(helper, english.pk, "es", body="Gire la junta y presione.")
    assert "Gire la junta y presione." in asked_in(client, question).text
    told = Translation.objects.get(entry=english)
    assert not told.is_by_machine
    edit(helper, english.pk, body="Turn the seal, gently.")
    assert "Gire la seal, gently." in asked_in(client, question).text
    assert Translation.objects.filter(entry=english).count() == 2


def test_what_is_private_is_given_to_nobody(
    client: Client, service: TranslationService, question: Entry, english: Entry, machine: LocalWeb
) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    assert asked_in(client, question).status_code == 404
    assert machine.asked == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (answers("{}", status=429), "asked too often"),
        (answers('{"error": "bad"}', status=400), "between these languages"),
        (answers("<html>"), "gave no translation"),
        (answers(json.dumps({"translatedText": ["one"]})), "gave no translation"),
        (answers("", status=500), "answered 500"),
    ],
)
def test_a_bad_day_of_the_machine_leaves_the_original(
    client: Client, service: TranslationService, question: Entry, english: Entry, machine: LocalWeb,
    said: bytes, shown: str,
) -> None:  # fmt: skip
    machine.routes["/translate"] = said
    text = asked_in(client, question).text
    assert shown in text
    assert "Turn the <strong>seal</strong>" in text
    assert not Translation.objects.exists()


def test_no_more_is_given_away_than_a_day_allows(
    client: Client, machine: LocalWeb, lead: User, question: Entry, english: Entry
) -> None:
    chosen(lead, machine, daily_characters=10)
    assert "No more is translated today" in asked_in(client, question).text
    assert machine.asked == []


def test_it_is_off_until_somebody_switches_it_on(client: Client, question: Entry, english: Entry) -> None:
    page = client.get(question.get_absolute_url(), headers={"accept-language": "es"})
    assert "Léelo en" not in page.text
    assert "Nothing translates" in asked_in(client, question).text


def test_correcting_is_for_members_who_may_read_it(
    client: Client, question: Entry, english: Entry, helper: User, lead: User
) -> None:
    address = f"/e/{english.pk}/translations/es/"
    assert client.get(address).status_code == 404
    client.force_login(helper)
    assert client.post(address, {"body": "Gire la junta."}).status_code == 302
    assert client.post(address, {"body": " "}).status_code == 422
    assert client.get(f"/e/{english.pk}/translations/en/").status_code == 404
    assert AuditEntry.objects.filter(verb="entry.translated").count() == 1
    Group.objects.update(visibility=Visibility.SECRET)
    assert client.get(address).status_code == 404


def test_which_machine_translates_is_for_leads_and_its_key_is_not_kept_in_plain(
    client: Client, machine: LocalWeb, lead: User, agent: User
) -> None:
    machine.routes["/translate"] = shouted
    with pytest.raises(NotAllowed):
        chosen(agent, machine)
    client.force_login(lead)
    told = {"provider": "libretranslate", "address": machine.url(""), "key": "k-1", "daily_characters": 99}
    answer = client.post("/desk/settings/translation/", {**told, "is_on": "on"}, follow=True)
    assert "Good morning" in answer.text
    assert "k-1" not in client.get("/desk/settings/translation/").text
    kept = TranslationService.objects.get()
    assert b"k-1" not in bytes(kept.sealed)
    with pytest.raises(CommunityError, match="needs its key"):
        choose_service(lead, "deepl", address="https://x.example", key="", is_on=True, daily_characters=9)
    with pytest.raises(CommunityError, match="no such service"):
        choose_service(lead, "babel", address="", key="", is_on=True, daily_characters=9)


def test_a_service_that_does_not_answer_is_not_switched_on(
    client: Client, machine: LocalWeb, lead: User
) -> None:
    machine.otherwise = answers("{}", status=403)
    client.force_login(lead)
    told = {"provider": "libretranslate", "address": machine.url(""), "key": "x", "daily_characters": 99}
    answer = client.post("/desk/settings/translation/", {**told, "is_on": "on"})
    assert "does not accept the key" in answer.text
    assert not TranslationService.objects.exists()


def test_readers_choose_of_which_language_the_questions_are(
    client: Client, question: Entry, kettles: Group, member: User
) -> None:
    spanish = ask(member, "¿Por qué gotea?", "Gotea siempre por la tapa de mi hervidor.", group=kettles)
    Entry.objects.filter(pk=question.pk).update(lang="en")
    Entry.objects.filter(pk=spanish.pk).update(lang="es")
    text = client.get("/q/?lang=es").text
    assert '<option value="es" lang="es" selected>Español</option>' in text
    assert spanish.title in text
    assert question.title not in text
