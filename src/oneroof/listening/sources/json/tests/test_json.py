"""What is peculiar to a JSON API of any kind: its mapping, its ways of paging, its secrets, its own request."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK, Asked, LocalWeb, answer, local_web
from oneroof.listening.sources.base import (
    Batch,
    Draft,
    PollFailedError,
    Refused,
    Sent,
    Standing,
    Target,
    Unknown,
)
from oneroof.listening.sources.json.client import allow, fill, poll, try_out
from oneroof.listening.sources.json.parse import read_entries
from oneroof.listening.sources.json.publish import can_answer, length_of, publish, takes_once
from oneroof.listening.sources.json.single import follow, look_up
from oneroof.listening.sources.json.tests.counterpart import ShopCounterpart
from oneroof.listening.sources.tests.contract import moment, said

CLIENT = SafeClient(allowed_networks=LOOPBACK)
PLAIN = {
    "id_at": "id",
    "text_at": "text",
    "author_at": "author",
    "time_at": "created_at",
    "days_back": 10_000,
}
SECRET = "a-key/of ours"
SIZE, COUNT = 3, 20


def entry(number: int, **more: Any) -> dict[str, Any]:
    at = moment(number).isoformat()
    return {"id": number, "text": f"It leaks ({number})", "author": "mia", "created_at": at, **more}


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as server:
        yield server


def serve(web: LocalWeb, make: Any) -> None:
    """``make`` gives, of a question's parameters, body and headers."""

    def exchange(asked: Asked, connection: Any, _over: Any) -> None:
        query = {name: each[-1] for name, each in parse_qs(urlsplit(asked.path).query).items()}
        body, headers = make(query)
        connection.sendall(answer(json.dumps(body), headers=headers))

    web.otherwise = exchange


def part(start: int) -> list[dict[str, Any]]:
    """Newest first."""
    return [entry(number) for number in range(COUNT, 0, -1)][start : start + SIZE]


def in_pages(web: LocalWeb, way: str) -> dict[str, Any]:
    """Serve the list in that way of paging; the settings that read it."""
    base, settings = (
        web.url("/list"),
        {**PLAIN, "paging": way, "headers": "X-Key: {secret}", "secret": SECRET},
    )
    if way == "page":
        serve(web, lambda query: (part((int(query["p"]) - 1) * SIZE), {}))
        return {**settings, "address": f"{base}?p={{page}}"}
    if way == "offset":
        serve(web, lambda query: (part(int(query["o"])), {}))
        return {**settings, "address": f"{base}?o={{offset}}"}
    following = lambda query: int(query.get("at", 0)) + SIZE  # noqa: E731
    there = lambda query: f"/list?at={following(query)}&k={query.get('k', '')}"  # noqa: E731
    if way == "link":
        link = lambda query: f'</x>; rel="prev", <{there(query)}>; title="a"; rel="next"'  # noqa: E731
        serve(web, lambda query: (part(int(query.get("at", 0))), {"Link": link(query)}))
        return {**settings, "address": base}
    serve(web, lambda query: ({"list": part(int(query.get("at", 0))), "next": there(query)}, {}))
    return {**settings, "address": f"{base}?k={{secret}}", "list_at": "list", "next_at": "next"}


def hear_all(settings: Mapping[str, Any]) -> tuple[set[str], Batch]:
    first = poll(settings, {}, CLIENT)
    heard, gap, turns = {post.external_id for post in first.posts}, first.gap, 0
    while gap and turns < 10:
        assert SECRET not in json.dumps(gap)
        assert "a-key%2Fof" not in json.dumps(gap)
        batch = fill(settings, gap, CLIENT)
        heard, gap, turns = heard | {post.external_id for post in batch.posts}, batch.gap, turns + 1
    assert gap is None
    return heard, first


@pytest.mark.parametrize("way", ["page", "offset", "link", "next"])
def test_every_way_of_paging_reads_to_the_end(web: LocalWeb, way: str) -> None:
    settings = in_pages(web, way)
    heard, first = hear_all(settings)
    assert heard == {str(number) for number in range(1, COUNT + 1)}
    assert {asked.headers["x-key"] for asked in web.asked} == {SECRET}
    before = len(web.asked)
    assert poll(settings, first.cursor, CLIENT).gap is None
    assert len(web.asked) == before + 1, "the first page holds what is known"


def test_a_server_that_does_not_heed_the_page_is_not_asked_for_ever(web: LocalWeb) -> None:
    serve(web, lambda _query: (part(0), {}))
    settings = {**PLAIN, "paging": "page", "address": web.url("/list?p={page}")}
    assert len(hear_all(settings)[0]) == SIZE
    assert len(web.asked) <= 4


def test_in_any_order_every_page_is_read(web: LocalWeb) -> None:
    settings = {**in_pages(web, "page"), "order": "any"}
    _heard, first = hear_all(settings)
    before = len(web.asked)
    assert poll(settings, first.cursor, CLIENT).gap is not None
    assert len(web.asked) == before + 5


def test_the_past_is_as_long_as_was_asked_for(web: LocalWeb) -> None:
    settings = {**in_pages(web, "page"), "days_back": 1}
    assert len(hear_all(settings)[0]) <= 6 * SIZE
    assert poll({**settings, "days_back": 0}, {}, CLIENT).gap is None


def test_the_next_page_is_not_looked_for_elsewhere(web: LocalWeb) -> None:
    serve(web, lambda _query: ({"list": part(0), "next": "https://elsewhere.example/list"}, {}))
    settings = {**PLAIN, "paging": "next", "next_at": "next", "list_at": "list", "address": web.url("/list")}
    with pytest.raises(PollFailedError, match=r"elsewhere\.example"):
        poll(settings, {}, CLIENT)


@pytest.mark.parametrize(
    ("since_format", "written"),
    [
        ("iso", "2026-03-02T08:00:00Z"),
        ("unix", "1772438400"),
        ("milliseconds", "1772438400000"),
        ("day", "2026-03-02"),
    ],
)
def test_since_is_written_as_it_is_asked_for(web: LocalWeb, since_format: str, written: str) -> None:
    serve(web, lambda _query: ([], {}))
    settings = {**PLAIN, "address": web.url("/list?from={since}"), "since_format": since_format}
    poll(settings, {"newest": moment(0).isoformat()}, CLIENT)
    assert parse_qs(urlsplit(web.asked[0].path).query)["from"] == [written]


def test_a_wrong_mapping_says_what_is_there_instead(web: LocalWeb) -> None:
    serve(web, lambda _query: ({"items": part(0), "total": 20}, {}))
    settings = {**PLAIN, "address": web.url("/list")}
    with pytest.raises(PollFailedError, match=r"there is no list, but an object with items, total"):
        try_out(settings, CLIENT)
    tried = try_out({**settings, "list_at": "items", "text_at": "words"}, CLIENT)
    assert {each.reason for each in tried.rejected} == {
        "it has no text at “words”, but is an object with id, text, author, created_at"
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"paging": "page"}, "write {page} into the address"),
        ({"paging": "next"}, "Where the next page is told is not said"),
    ],
)
def test_settings_that_do_not_fit_together_are_told(web: LocalWeb, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(PollFailedError, match=words):
        try_out({**PLAIN, "address": web.url("/list"), **wrong}, CLIENT)
    assert not web.asked


def test_trying_out_asks_once(web: LocalWeb) -> None:
    assert len(try_out(in_pages(web, "page"), CLIENT).posts) == SIZE
    assert len(web.asked) == 1


def test_the_secret_is_not_in_what_goes_wrong(web: LocalWeb) -> None:
    web.otherwise = answer(json.dumps({"message": f"no key {SECRET}"}), status=401)
    settings = {**PLAIN, "address": web.url("/list?k={secret}"), "secret": SECRET}
    with pytest.raises(PollFailedError) as failed:
        poll(settings, {}, CLIENT)
    assert "no key {secret}" in failed.value.reason
    assert SECRET not in str(failed.value)
    assert SECRET not in allow(settings, "GET", "")[0].key


def test_fields_are_read_as_they_are_mapped() -> None:
    settings = {
        **PLAIN,
        "text_at": "title, text",
        "text_is": "html",
        "time_format": "%d.%m.%Y %H:%M",
        "time_zone": "Europe/Berlin",
        "url_at": "https://shop.example/{id}",
        "likes_at": "stats.0",
        "parent_at": "re",
    }
    given = entry(7, title="Leaks", text="<b>really</b>", created_at="02.07.2026 09:00", stats=["12"], re=6)
    (post,), _none = read_entries([given], settings)
    assert (post.text, post.url, post.likes, post.parent_id) == (
        "Leaks\n\nreally",
        "https://shop.example/7",
        12,
        "6",
    )
    assert post.created_at == datetime(2026, 7, 2, 7, 0, tzinfo=UTC)


def test_a_time_without_a_zone_is_of_the_source() -> None:
    written = ("2026-01-02 09:00", "2026-01-02T08:00:00Z", "1767340800")
    posts, _none = read_entries(
        [entry(1, created_at=each) for each in written], {**PLAIN, "time_zone": "Europe/Berlin"}
    )
    assert {post.created_at for post in posts} == {datetime(2026, 1, 2, 8, tzinfo=UTC)}


def test_entries_that_lack_something_are_set_aside_and_the_rest_is_heard() -> None:
    wrong = [
        entry(1, id=None),
        entry(2, created_at="soon"),
        entry(3, author={"no": 1}),
        "word",
        entry(4, text=["a"]),
    ]
    posts, rejected = read_entries([*wrong, entry(5)], PLAIN)
    assert [post.external_id for post in posts] == ["5"]
    assert [each.where for each in rejected] == [f"entry {number}" for number in range(1, 6)]


def draft() -> Draft:
    to = Target(external_id="7", author_handle="mia", text="It leaks", said_at=moment(1))
    return Draft(key="reply-1@brumi.example", text='A "new" seal', to=to, author_name="Amir")


def answering(web: LocalWeb, **more: Any) -> dict[str, Any]:
    body = '{"to": "{to}", "text": "{text}"}'
    return {
        "answer_address": web.url("/{parent_id}/say?k={secret}"),
        "answer_body": body,
        "secret": SECRET,
        **more,
    }


def test_an_answer_without_an_id_to_look_for_stands_there(web: LocalWeb) -> None:
    web.otherwise = answer(status=204)
    assert publish(answering(web), draft(), CLIENT) == Sent("reply-1@brumi.example")
    assert (web.asked[0].method, web.asked[0].path) == ("POST", "/7/say?k=a-key%2Fof%20ours")
    assert json.loads(web.asked[0].body) == {"to": "mia", "text": 'A "new" seal'}


def test_an_answer_that_lacks_the_id_is_unknown(web: LocalWeb) -> None:
    web.otherwise = answer('{"ok": true}')
    assert isinstance(publish(answering(web, answer_id_at="id"), draft(), CLIENT), Unknown)
    web.otherwise = answer('{"id": 9, "url": "javascript:alert(1)"}')
    settings = answering(web, answer_id_at="id", answer_url_at="url")
    assert publish(settings, draft(), CLIENT) == Sent("9")


def test_a_conflict_is_unknown_where_each_key_is_taken_once(web: LocalWeb) -> None:
    web.otherwise = answer(json.dumps({"message": f"again, {SECRET}"}), status=409)
    once = answering(web, takes_once=True, answer_headers="Idempotency-Key: {key}")
    assert isinstance(publish(once, draft(), CLIENT), Unknown)
    refused = publish(answering(web), draft(), CLIENT)
    assert isinstance(refused, Refused)
    assert SECRET not in refused.reason


def test_a_thread_is_looked_at_entry_by_entry() -> None:
    with ShopCounterpart() as far:
        far.serve([said(1, "It leaks"), said(2, "", deleted=True), said(3, "Mine too", parent="1")])
        followed = follow(far.settings(), "1", ["1", "2", "3"], CLIENT)
        assert [(post.external_id, post.deleted) for post in followed.posts] == [
            ("1", False),
            ("2", True),
            ("3", False),
        ]
        assert not follow({**far.settings(), "entry_address": ""}, "1", ["1"], CLIENT).posts
        assert (
            look_up({**far.settings(), "entry_address": ""}, draft().to, CLIENT).standing is Standing.UNKNOWN
        )


def test_another_entry_than_the_one_asked_for_tells_nothing(web: LocalWeb) -> None:
    web.otherwise = answer(json.dumps(entry(8)))
    seen = look_up({**PLAIN, "entry_address": web.url("/one/{id}")}, draft().to, CLIENT)
    assert (seen.standing, seen.reason) == (Standing.UNKNOWN, "asked for 7, it gave 8")


def test_what_can_be_answered_and_how_is_told_by_the_settings(web: LocalWeb) -> None:
    settings = answering(web)
    assert (can_answer(settings), can_answer({**settings, "answer_body": ""}), can_answer({})) == (
        True,
        False,
        False,
    )
    assert not takes_once({**settings, "takes_once": True}), "no key goes along"
    assert takes_once({**settings, "takes_once": True, "answer_body": '{"k": "{key}"}'})
    assert (length_of({}).limit, length_of({"max_characters": 280}).limit) == (10_000, 280)
