"""A source is tried out before it is saved: what would be heard, or what is in the way; nothing is kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.models import AuditEntry, User
from oneroof.core.testing.locks import locks_held
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.core.turns import OUTWARD, PLACES
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources import networks
from oneroof.listening.trying import BriefClient, try_out

pytestmark = pytest.mark.django_db
ADD = "/desk/listen/sources/new/json/"
SECRET = "let-me-in-please"
LIST = [
    {"id": 1, "text": "It <b>leaks</b>", "author": "mia", "created_at": "2026-03-02T09:00:00Z"},
    {"id": 2, "author": "jo", "created_at": "2026-03-02T09:01:00Z"},
]


@pytest.fixture
def web(settings: Any) -> Iterator[LocalWeb]:
    settings.ALLOWED_PRIVATE_NETWORKS = LOOPBACK
    with local_web() as server:
        server.otherwise = answer(json.dumps({"items": LIST}))
        yield server


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def given(web: LocalWeb, **more: str) -> dict[str, str]:
    asked = {
        "address": web.url("/list"),
        "headers": "X-Key: {secret}",
        "secret": SECRET,
        "list_at": "items",
        "id_at": "id",
        "text_at": "text",
        "text_is": "plain",
        "author_at": "author",
        "time_at": "created_at",
        "paging": "none",
        "order": "newest",
        "since_format": "iso",
        "answer_method": "POST",
        **more,
    }
    return {"try_out": "yes", **{f"setting_{name}": value for name, value in asked.items()}}


def test_what_would_be_heard_is_seen_and_nothing_is_kept(lead: User, web: LocalWeb) -> None:
    page = signed_in(lead).post(ADD, given(web))
    assert page.status_code == 200
    trial = page.context["trial"]
    assert [(post.external_id, post.author_handle) for post in trial.posts] == [("1", "mia")]
    assert "It &lt;b&gt;leaks&lt;/b&gt;" in page.text
    assert [each.where for each in trial.rejected] == ["entry 2"]
    assert "it has no text at “text”" in page.text
    assert web.asked[0].headers["x-key"] == SECRET
    assert SECRET not in page.text
    assert not Source.objects.exists()
    assert not Post.objects.exists()
    (entry,) = AuditEntry.objects.all()
    assert (entry.verb, entry.after["leads"]["address"]) == ("source.tried", web.url(""))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"list_at": "rows"}, "there is no list, but nothing. The answer is an object with items."),
        ({"paging": "page"}, "write {page} into the address"),
        ({"address": ""}, "the form says what is missing"),
        ({"answer_body": "{"}, "this is not JSON"),
        ({"address": "https://127.1.1.1.invalid/"}, "invalid"),
    ],
)
def test_what_is_in_the_way_is_said(lead: User, web: LocalWeb, wrong: dict[str, str], words: str) -> None:
    page = signed_in(lead).post(ADD, given(web, **wrong))
    assert words in page.context["trial"].problem
    assert not page.context["trial"].posts


def test_one_person_tries_one_at_a_time_and_two_try_at_once(lead: User, web: LocalWeb) -> None:
    for held in ([(OUTWARD, lead.pk)], [(PLACES, 0), (PLACES, 1)]):
        with locks_held(*held):
            page = signed_in(lead).post(ADD, given(web))
            assert page.context["trial"].problem
    assert not web.asked
    with locks_held((OUTWARD, lead.pk + 1), (PLACES, 0)):
        assert signed_in(lead).post(ADD, given(web)).context["trial"].count == 1
    assert signed_in(lead).post(ADD, given(web)).context["trial"].count == 1


def test_only_who_may_save_it_may_try_it(agent: User, member: User, web: LocalWeb) -> None:
    for who in (agent, member):
        assert signed_in(who).post(ADD, given(web)).status_code == 404
    assert Client().post(ADD, given(web)).status_code in {302, 404}
    assert not web.asked


def test_a_source_is_tried_with_the_secret_that_it_has(lead: User, web: LocalWeb) -> None:
    known = {name.removeprefix("setting_"): value for name, value in given(web).items() if name != "try_out"}
    source = add_source(None, "json", "shop", known)
    page = signed_in(lead).post(
        f"/desk/listen/sources/{source.pk}/settings/", given(web, secret="", list_at="/items")
    )
    assert page.context["trial"].count == 1
    assert web.asked[0].headers["x-key"] == SECRET
    source.refresh_from_db()
    assert (source.settings["list_at"], source.cursor) == ("items", {})


@pytest.mark.parametrize("tried", [True, False])
@pytest.mark.parametrize("moved", ["address", "answer_address"])
def test_a_kept_secret_goes_to_no_other_server(lead: User, web: LocalWeb, tried: bool, moved: str) -> None:
    known = {name.removeprefix("setting_"): value for name, value in given(web).items() if name != "try_out"}
    source = add_source(None, "json", "shop", known)
    with local_web() as other:
        other.otherwise = answer(json.dumps({"items": LIST}))
        wrong = {**given(web, secret="", **{moved: other.url("/list")}), "name": "shop", "keeps_all": "on"}
        if not tried:
            del wrong["try_out"]
        address = f"/desk/listen/sources/{source.pk}/settings/"
        page = signed_in(lead).post(address, wrong)
        assert "enter it again" in page.context["form"].errors["setting_secret"][0]
        assert not other.asked
        source.refresh_from_db()
        assert source.settings["address"] == web.url("/list")
        page = signed_in(lead).post(address, {**wrong, "setting_secret": "a-new-one"})
        assert page.status_code == (200 if tried else 302)
        assert AuditEntry.objects.filter(verb="source.tried").exists() == tried


def test_it_is_private_where_nobody_allowed_it(lead: User, web: LocalWeb, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_NETWORKS = ()
    page = signed_in(lead).post(ADD, given(web))
    assert page.context["trial"].problem
    assert not web.asked


def test_every_network_that_is_asked_offers_it_and_no_other(lead: User) -> None:
    client = signed_in(lead)
    for place in networks().values():
        if place.fields:
            page = client.get(f"/desk/listen/sources/new/{place.key}/")
            assert ('name="try_out"' in page.text) == (place.poll is not None), place.key


def test_a_feed_is_tried_out_by_its_first_poll(lead: User, web: LocalWeb) -> None:
    item = "<item><guid>a</guid><description>It leaks</description></item>"
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>"
    web.otherwise = answer(feed, headers={"Content-Type": "application/rss+xml"})
    asked = {"try_out": "yes", "setting_address": web.url("/feed")}
    page = signed_in(lead).post("/desk/listen/sources/new/rss/", asked)
    assert [post.text for post in page.context["trial"].posts] == ["It leaks"]


def test_a_trial_has_fifteen_seconds_for_all_that_it_asks(web: LocalWeb) -> None:
    late = BriefClient(seconds=0)
    place = networks()["json"]
    known = {name.removeprefix("setting_"): value for name, value in given(web).items()}
    assert "took longer than" in try_out(place, known, late).problem
    assert not web.asked


def test_a_network_that_breaks_is_a_problem_and_no_error_page(web: LocalWeb) -> None:
    known = {"address": web.url("/list"), "days_back": "many"}
    assert try_out(networks()["json"], known).problem.startswith("ValueError")


def test_fields_stand_in_parts_and_what_is_needed_is_open(lead: User) -> None:
    parts = signed_in(lead).get(ADD).context["form"].parts()
    assert [(title, is_open) for title, _fields, is_open in parts] == [
        ("", True),
        ("Which field is what", True),
        ("Pages and pace", False),
        ("How an answer is sent", False),
        ("", False),
    ]
