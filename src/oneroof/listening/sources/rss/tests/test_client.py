"""A feed is asked as it wants to be asked, and what it answers is taken at its word, within bounds."""

import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.listening.sources.base import Batch, PollFailedError
from oneroof.listening.sources.rss.client import fill, poll
from oneroof.listening.sources.rss.pace import Wishes, freshness, next_poll_after, retry_after, update_period

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)  # a Monday
CLIENT = SafeClient(allowed_networks=LOOPBACK, contact="https://care.brumi.example")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as server:
        yield server


def rss(*numbers: int, channel: str = "") -> str:
    items = "".join(f"<item><guid>{n}</guid><title>leak {n}</title></item>" for n in numbers)
    return f'<rss version="2.0"><channel><title>K</title>{channel}{items}</channel></rss>'


def feed(*numbers: int, channel: str = "", **headers: str) -> bytes:
    return answer(
        rss(*numbers, channel=channel), headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def ask(web: LocalWeb, cursor: Mapping[str, Any] | None = None, **settings: Any) -> Batch:
    return poll({"address": web.url("/feed"), **settings}, cursor or {}, CLIENT)


def refused(web: LocalWeb, said: Any) -> PollFailedError:
    web.routes["/feed"] = said
    with pytest.raises(PollFailedError) as failure:
        ask(web)
    return failure.value


def test_it_says_who_asks(web: LocalWeb) -> None:
    web.routes["/feed"] = feed(1)
    ask(web)
    assert web.asked[0].headers["user-agent"].startswith("Oneroof/")
    assert "https://care.brumi.example" in web.asked[0].headers["user-agent"]


def test_what_did_not_change_is_not_sent_again(web: LocalWeb) -> None:
    dated = "Mon, 02 Mar 2026 10:00:00 GMT"
    ttl = "<ttl>120</ttl>"
    web.routes["/feed"] = [feed(1, channel=ttl, ETag='W/"7"', Last_Modified=dated), answer(status=304)]
    first = ask(web)
    second = ask(web, first.cursor)
    assert (web.asked[1].headers["if-none-match"], web.asked[1].headers["if-modified-since"]) == (
        'W/"7"',
        dated,
    )
    assert (list(second.posts), second.cursor) == ([], first.cursor)
    assert second.next_poll_after >= 7_200


def test_half_a_feed_is_not_remembered_as_whole(web: LocalWeb) -> None:
    web.routes["/feed"] = answer(rss(1, 2)[:-30], headers={"ETag": '"7"'})
    assert "etag" not in ask(web).cursor


def test_a_user_and_a_password(web: LocalWeb) -> None:
    web.routes["/feed"] = feed(1)
    ask(web, user="us", password="let me in")
    assert web.asked[0].headers["authorization"] == "Basic dXM6bGV0IG1lIGlu"


@pytest.mark.parametrize(
    ("status", "headers", "at_least", "gone"),
    [
        (429, {}, 900, False),
        (503, {"Retry-After": "3600"}, 3_600, False),
        (429, {"Retry-After": "99999999"}, 86_400, False),
        (429, {"Retry-After": "Mon, 02 Mar 2026 13:30:00 GMT"}, 3_600, False),
        (404, {}, 0, False),
        (410, {}, 86_400, True),
        (500, {"Retry-After": "nonsense"}, 0, False),
    ],
)
def test_refusals(web: LocalWeb, status: int, headers: dict[str, str], at_least: float, gone: bool) -> None:
    failure = refused(web, answer(status=status, headers=headers))
    assert (failure.next_poll_after, failure.gone) == (at_least, gone)
    assert str(status) in failure.reason


def test_a_web_page_offers_its_feeds(web: LocalWeb) -> None:
    page = '<html><link rel="alternate" type="application/atom+xml" href="/atom.xml">'
    failure = refused(web, answer(page, headers={"Content-Type": "text/html"}))
    assert failure.offers == (web.url("/atom.xml"),)
    assert web.url("/atom.xml") in failure.reason


def test_a_move_for_good_is_remembered_and_one_for_now_is_not(web: LocalWeb) -> None:
    web.routes["/new"] = feed(1)
    web.routes["/feed"] = answer(status=308, headers={"Location": "/new"})
    assert ask(web).changed_settings == {"address": web.url("/new")}
    web.routes["/feed"] = answer(status=302, headers={"Location": "/new"})
    assert ask(web).changed_settings == {}


def test_a_move_to_what_is_no_feed_is_not_remembered(web: LocalWeb) -> None:
    web.routes["/login"] = answer("<html>Please pay for the wireless")
    refused(web, answer(status=301, headers={"Location": "/login"}))


def test_a_password_does_not_move_to_another_host(web: LocalWeb) -> None:
    with local_web() as other:
        other.routes["/new"] = feed(1)
        web.routes["/feed"] = answer(status=301, headers={"Location": other.url("/new")})
        batch = ask(web, user="us", password="x")
        assert batch.changed_settings == {}
        assert "authorization" not in other.asked[0].headers


def test_private_addresses_are_not_gone_to(web: LocalWeb) -> None:
    web.routes["/feed"] = answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    with pytest.raises(PollFailedError, match="not a public address"):
        ask(web)
    with pytest.raises(PollFailedError, match="not a public address"):
        poll({"address": web.url("/feed")}, {}, SafeClient())


def test_endless_and_packed_bodies_are_bounded(web: LocalWeb) -> None:
    def endless(_asked: Any, sock: Any, over: Any) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<rss>")
        while not over.is_set():
            sock.sendall(b"x" * 65_536)

    assert "larger than" in refused(web, endless).reason

    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(bytes(50_000_000)) + packer.flush()
    assert "larger than" in refused(web, answer(bomb, headers={"Content-Encoding": "gzip"})).reason


def test_where_all_is_new_a_gap_is_recorded_and_it_is_asked_more_often(web: LocalWeb) -> None:
    web.routes["/feed"] = [feed(1, 2, 3), feed(4, 5, 6), feed(6, 7)]
    first = ask(web)
    assert first.gap is None
    second = ask(web, first.cursor)
    assert second.gap
    assert second.gap["fillable"] is False
    assert second.next_poll_after < 1_000 < 1_800 <= first.next_poll_after
    assert ask(web, second.cursor).gap is None


def test_a_late_entry_is_no_gap(web: LocalWeb) -> None:
    web.routes["/feed"] = [feed(1, 2), feed(9, 1, 2, 8)]
    batch = ask(web, ask(web).cursor)
    assert batch.gap is None
    assert [post.external_id for post in batch.posts] == ["9", "1", "2", "8"]


def test_a_gap_is_filled_page_by_page_up_to_what_was_known(web: LocalWeb) -> None:
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="/{}"/>'
    web.routes["/feed"] = [feed(1, 2), feed(8, 9, channel=link.format(2))]
    web.routes["/2"] = feed(5, 6, 7, channel=link.format(3))
    web.routes["/3"] = feed(2, 3, 4, channel=link.format(4))
    settings = {"address": web.url("/feed")}
    gap = ask(web, ask(web).cursor).gap
    assert gap
    second = fill(settings, gap, CLIENT)
    assert second.gap
    third = fill(settings, second.gap, CLIENT)
    assert third.gap is None
    assert [post.external_id for post in (*second.posts, *third.posts)] == list("567234")


def test_a_gap_whose_older_page_is_gone_stays_open(web: LocalWeb) -> None:
    rest = fill({"address": web.url("/feed")}, {"older": web.url("/9"), "until": ["1"]}, CLIENT).gap
    assert rest
    assert rest["fillable"] is False


def test_how_long_to_wait() -> None:
    assert 1_800 <= next_poll_after(None, Wishes(), NOW) <= 1_980
    assert 300 <= next_poll_after(1, Wishes(), NOW) <= 330
    assert 86_400 <= next_poll_after(30, Wishes(seconds=1e8), NOW) <= 95_040
    assert next_poll_after(30, Wishes(), NOW, fresh_for=7_200) >= 7_200
    assert next_poll_after("nonsense", Wishes(), NOW) >= 1_800


def test_skipped_hours_and_days() -> None:
    assert next_poll_after(30, Wishes(skip_hours=frozenset({12, 13, 14})), NOW) == pytest.approx(
        2.5 * 3600, abs=5
    )
    assert next_poll_after(30, Wishes(skip_days=frozenset({0})), NOW) == pytest.approx(11.5 * 3600, abs=5)
    assert next_poll_after(30, Wishes(skip_hours=frozenset(range(24))), NOW) <= 1_980


def test_what_a_feed_says_of_its_pace(web: LocalWeb) -> None:
    skipped = "<skipHours><hour>3</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    channel = f"{skipped}<ttl>90</ttl>"
    web.routes["/feed"] = feed(1, channel=channel)
    assert ask(web).cursor["wishes"] == {"seconds": 5_400, "hours": [0, 3], "days": [6]}
    assert update_period(None, "daily", "4") == 21_600
    assert update_period("60", "hourly", None) == 3_600
    assert update_period("x", "often", "-3") == 0


def test_what_http_says_of_its_pace() -> None:
    assert freshness({"cache-control": "public, max-age=600"}, NOW) == 600
    assert freshness({"expires": "Mon, 02 Mar 2026 13:30:00 GMT"}, NOW) == 3_600
    skewed = {"expires": "Mon, 02 Mar 2026 09:30:00 GMT", "date": "Mon, 02 Mar 2026 08:30:00 GMT"}
    assert freshness(skewed, NOW) == 3_600
    assert freshness({"expires": "0"}, NOW) == 0
    assert retry_after({"retry-after": "-5"}, NOW) == 0
