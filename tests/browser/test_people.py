"""A customer in a real browser: a merge is opened, explained and undone; an erased person is nowhere."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_accounts import sign_in
from tests.browser.test_community import fine_in_every_look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("site")]


def brought(site: Site, folder: Path, kind: str, text: str) -> None:
    file = folder / f"{kind}.csv"
    file.write_text(text)
    site.oneroof("import", str(file), "--as", kind)


def test_a_merge_is_undone_and_an_erased_person_is_nowhere(page: Page, site: Site, tmp_path: Path) -> None:
    mark = uuid4().hex[:8]
    name, email = f"Zora Quill {mark}", f"zora-{mark}@people.example"
    customers = "external_id,name,email,handles,company,lang\n"
    customers += f"Z-{mark},{name},{email},mastodon:zora_{mark},Tea & Co,es\n"
    bought = "customer,purchased_at,amount,currency,product,version\n"
    bought += f"Z-{mark},2026-01-05,49.90,EUR,Ripple,2\n"
    answered = f"customer,score,answered_at,kind,comment\nZ-{mark},3,2026-02-05,nps,It leaks\n"
    for kind, text in (("customers", customers), ("purchases", bought), ("surveys", answered)):
        brought(site, tmp_path, kind, text)
    sign_in(page, site, "lead")

    page.goto(f"/desk/people/?text=zora_{mark}")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_text("they gave 3 of 10")).to_be_visible()
    expect(page.get_by_text("Tea & Co")).to_be_visible()
    known = page.get_by_role("region", name="Known as")
    expect(known).to_contain_text(email)
    merge = page.locator("details.section").filter(has=page.locator("summary", has_text="Joined")).first
    merge.locator("summary").click()
    expect(merge).to_contain_text("By itself")
    fine_in_every_look(page, "person")
    handle = merge.locator("bdi").inner_text()
    merge.get_by_role("button", name="Undo").click()
    undone = page.locator("details.section").filter(has=page.locator("summary", has_text="Undone"))
    expect(undone).to_have_count(1)
    expect(page.locator("dd > span", has_text=handle)).to_have_count(0)
    undone.locator("summary").click()
    undone.get_by_role("button", name="They are one").click()
    expect(undone).to_have_count(0)
    person = page.url

    page.get_by_text("Note what they said").click()
    page.get_by_label("What for").select_option(label="News and offers")
    page.locator("form[action$='/consent/']").get_by_label("How do you know?").fill("card at the fair")
    page.locator("form[action$='/consent/']").get_by_role("button", name="Save").click()
    expect(page.get_by_text("card at the fair")).to_be_visible()
    for place in ("candidates", "origin", "segments/?owns=Ripple"):
        page.goto(f"/desk/people/{place}")
        fine_in_every_look(page, place.partition("/")[0])
    page.goto("/desk/settings/retention/")
    fine_in_every_look(page, "retention")
    page.goto(f"{person}value/")
    expect(page.get_by_text("49.90")).to_be_visible()
    fine_in_every_look(page, "value")

    page.goto(person)
    page.get_by_role("button", name="Erase").click()
    page.get_by_role("dialog").get_by_role("button", name="Erase").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    for words in (f"zora_{mark}", name, email):
        page.goto(f"/desk/people/?text={words}")
        expect(page.get_by_text("Nobody found")).to_be_visible()
    fine_in_every_look(page, "nobody")
    assert page.request.get(person).status == 404
