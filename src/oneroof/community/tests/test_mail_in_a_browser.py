"""Asked in Spanish, answered by mail in English, read in Spanish, accepted: a real browser, real mail servers."""

import json
import os
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from oneroof.accounts.models import User
from oneroof.community.actions.following import follow
from oneroof.community.actions.letters import take_letters
from oneroof.community.actions.members import member_of
from oneroof.community.actions.telling import tell_followers
from oneroof.community.actions.translating import choose_service
from oneroof.community.models import Entry, Group, Tag
from oneroof.core.http import SafeClient
from oneroof.core.testing.browser import steady
from oneroof.core.testing.web import LOOPBACK, local_web
from oneroof.core.testing.web import answer as answers
from oneroof.core.tests.test_gallery import FLAGS
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources import network
from oneroof.listening.sources.email.tests.imap_server import PASSWORD, USER, Folder, imap_server
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.actions.mailing import send_letter
from oneroof.notify.tests.conftest import Post as MailServer
from oneroof.notify.tests.conftest import post as mail_server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["mail_server"]
LOOKS = [(1280, "light"), (360, "dark"), (1280, "dark"), (360, "light")]


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def mailbox(folder: Folder, settings: Any, db: None) -> Iterator[Source]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with imap_server(folder) as port:
        where = {"imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none", "stream": False}
        told = {"address": USER, "user": USER, "password": PASSWORD, **where}
        yield add_source(None, "email", "Care's mailbox", told)


@pytest.fixture
def page(live_server: Any, member: User) -> Iterator[Page]:
    User.objects.filter(pk=member.pk).update(language="es")
    client = Client()
    client.force_login(member)
    chromium = os.environ.get("ONEROOF_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "No Chromium is on the path: install your system's package, on Debian “chromium”."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        yield steady(context.new_page())
        connections.close_all()  # those of Playwright's loop, which nobody else closes
        browser.close()


def fine(page: Page, name: str) -> None:
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"
        found = Axe().run(page).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
        if shots := os.environ.get("ONEROOF_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"{name}-{width}-{scheme}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def answered_by_mail(letter: EmailMessage, person: User, words: str) -> bytes:
    """As a mail program answers, all that it was sent quoted below."""
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = (
        person.email,
        letter["Reply-To"],
        f"Re: {letter['Subject']}",
    )
    reply["Message-ID"], reply["In-Reply-To"] = "<answer-1@home.example>", letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in letter.get_body(("plain",)).get_content().splitlines())
    reply.set_content(f"{words}\n\nOn Mon, 4 May 2026 at 09:00, Brumi <{USER}> wrote:\n{quoted}\n")
    return bytes(reply)


def spanish(asked: Any, connection: Any, _over: Any) -> None:
    pieces = [
        each.replace("Press the lid down until it clicks.", "Presione la tapa hasta que encaje.")
        for each in json.loads(asked.body)["q"]
    ]
    connection.sendall(answers(json.dumps({"translatedText": pieces})))


def test_asked_in_spanish_answered_in_english_by_mail_read_in_spanish_and_accepted(
    page: Page, mailbox: Source, folder: Folder, mail_server: MailServer, helper: User, lead: User
) -> None:
    Group.objects.create(slug="kettles", name="Kettles")
    tag = Tag.objects.create(name="tapa")
    member_of(helper)
    follow(helper, tag)
    page.goto("/q/ask/")
    page.get_by_label("Tu pregunta en una línea").fill("¿Por qué no cierra la tapa de mi hervidor?")
    page.get_by_label("¿Qué ocurre y qué has probado?").fill("Se queda abierta aunque la empuje con la mano.")
    page.get_by_label("Etiquetas").fill("tapa")
    fine(page, "ask-es")
    page.get_by_role("button", name="Publicar la pregunta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Por qué no cierra la tapa de mi hervidor?")
    tell_followers(Entry.objects.get(kind="question").pk)
    (letter,) = gather_letters()
    send_letter(letter)
    (taken,) = mail_server.taken
    folder.add(answered_by_mail(taken, helper, "Press the lid down until it clicks."))
    source = claim_poll(mailbox.pk)
    assert source is not None
    poll(source, network("email"), SafeClient(allowed_networks=LOOPBACK))
    take_letters(list(Post.objects.filter(source=mailbox).values_list("pk", flat=True)))
    page.reload()
    expect(page.locator(".answer")).to_contain_text("Press the lid down until it clicks.")
    expect(page.locator(".answer")).not_to_contain_text("wrote:")
    with local_web() as machine:
        machine.routes["/translate"] = spanish
        choose_service(
            lead, "libretranslate", address=machine.url(""), key="", is_on=True, daily_characters=9_999
        )
        page.reload()
        page.get_by_role("button", name="Léelo en español").click()
        expect(page.locator(".answer")).to_contain_text("Presione la tapa hasta que encaje.")
    expect(page.locator(".answer .told summary")).to_contain_text("Traducción automática")
    page.locator(".answer .told summary").click()
    expect(page.locator(".answer .told")).to_contain_text("Press the lid down")
    fine(page, "translated-es")
    page.get_by_role("button", name="Esto lo resolvió").click()
    expect(page.locator(".answer--accepted")).to_contain_text("Lo resolvió")
    assert Entry.objects.get(accepted_at__isnull=False).body == "Press the lid down until it clicks."


def test_a_page_is_mirrored_where_one_reads_from_right_to_left(page: Page, member: User) -> None:
    User.objects.filter(pk=member.pk).update(language="en")
    page.goto("/")
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    brand, menu = (
        page.locator(".public__brand").bounding_box(),
        page.locator(".public__bar .menu").bounding_box(),
    )
    assert brand is not None
    assert menu is not None
    assert brand["x"] > menu["x"]
    fine(page, "home-ar")
    page.goto("/desk/settings/notices/")
    fine(page, "told-ar")
