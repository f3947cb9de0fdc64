"""Feeds that want to hurt: a sentence or a set-aside entry, in bounded time; and two thousand odd ones."""

import io
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from oneroof.listening.sources.rss.markup import UnreadableFeedError
from oneroof.listening.sources.rss.parse import Page, parse_page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CORPUS = Path(__file__).parents[7] / "shared" / "data" / "feedparser" / "tests"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SECRET = "root:x:0:0"


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """What hangs fails, and does not hang the suite."""

    def give_up(*_: object) -> None:
        raise AssertionError("It hangs.")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    yield
    signal.alarm(0)


def outcome(body: bytes | str) -> Page | str:
    """The page, or why it was refused."""
    try:
        return parse_page(body if isinstance(body, bytes) else body.encode(), "", "https://x.example/f", NOW)
    except UnreadableFeedError as error:
        return str(error)


def rss(items: str, *, doctype: str = "", end: str = "</channel></rss>") -> str:
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel>{items}{end}'


def item(body: str, title: str = "t") -> str:
    return f"<item><guid>1</guid><title>{title}</title><description>{body}</description></item>"


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY l9 SYSTEM "http://127.0.0.1:1/">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>',
        '<!DOCTYPE x PUBLIC "-//x//y" "http://127.0.0.1:1/x.dtd">',
    ],
    ids=["billion laughs", "file", "address", "parameter", "dtd"],
)
def test_entities_are_not_expanded(doctype: str) -> None:
    page = outcome(rss(item("a &l9; b"), doctype=doctype))
    text = page if isinstance(page, str) else page.posts[0].text
    assert len(text) < 200
    assert SECRET not in text


HOSTILE = {
    "title of 9 MB": rss(item("", "x" * 9_000_000)),
    "title of 2 MB, not well-formed": rss(item("", "x" * 2_000_000), end=""),
    "newlines before": "\n" * 5_000_000 + rss(item("a")),
    "newlines between": '<?xml version="1.0"?>' + "\n" * 5_000_000 + "<!ENTITY" + rss(item("a"))[21:],
    "doctypes": "<!DOCTYPE a>" * 500_000,
    "open doctype": "<!DOCTYPE " + "[" * 5_000_000,
    "brackets": "<!DOCTYPE a [" + ("]" + " " * 99) * 50_000,
    "less than": "<" * 5_000_000,
    "less than within": rss("<" * 400_000),
    "open comments": rss("<!--" * 100_000),
    "open cdata": rss("<![CDATA[" * 50_000),
    "ampersands": rss("&" * 400_000),
    "an abyss": rss("<a>" * 60_000 + "</a>" * 60_000),
    "an abyss, not well-formed": rss("<item><title><div>" * 5_000),
    "an abyss of markup": rss(item("&lt;div&gt;" * 40_000)),
    "open tags as markup": rss(item("&lt;a " * 40_000)),
    "a tag of 9 MB": rss("<a " + "b='c' " * 1_500_000 + "/>"),
    "attributes": rss("<a " + " ".join(f'a{n}="1"' for n in range(6_000)) + "/>"),
    "a million entries": rss("<item/>" * 1_000_000),
    "an author of 1 MB": rss(f"<item><author>{'a' * 1_000_000}@</author></item>"),
    "a date of 1 MB": rss(f"<item><pubDate>{'1-' * 500_000}</pubDate></item>"),
    "NUL": "\0" * 5_000_000,
    "links of a page": "<html>" + "<link a=" * 500_000,
    "deep JSON": '{"items":[' * 100_000,
    "a number of 1 MB": '{"items":[' + "1" * 1_000_000 + "]}",
    "every byte": bytes(range(256)) * 10_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_feeds_end(body: bytes | str) -> None:
    page = outcome(body)
    if isinstance(page, str):
        assert page
    else:
        assert all(len(post.text) <= 131_072 for post in page.posts)


def test_a_long_title_does_not_take_the_others_with_it() -> None:
    page = outcome(rss(item("", "x" * 200_000) + "<item><guid>2</guid><title>fine</title></item>"))
    assert isinstance(page, Page)
    assert [post.text for post in page.posts] == ["fine"]
    assert page.rejected[0].where == "entry 1"


def test_more_entries_than_a_page_holds_are_told() -> None:
    page = outcome(rss("".join(f"<item><guid>{n}</guid><title>t</title></item>" for n in range(5_010))))
    assert isinstance(page, Page)
    assert len(page.posts) == 5_000
    assert page.rejected[-1].reason == "10 entries beyond 5,000 were left"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the feedparser feeds are not beside this checkout")
@pytest.mark.parametrize("part", range(4))
def test_feedparsers_feeds_are_read_or_refused(part: int) -> None:
    """Every entry that is there is a post or set aside; what has none says what it is."""
    feeds = sorted(path for path in CORPUS.rglob("*") if path.suffix in {".xml", ".json"})
    assert len(feeds) > 2_000
    for path in feeds[part::4]:
        body = path.read_bytes()
        page = outcome(body)
        if isinstance(page, str):
            assert len(page) > 10
        elif path.suffix == ".xml":
            told = len(feedparser.parse(io.BytesIO(body), sanitize_html=False).entries)
            assert len(page.posts) + len(page.rejected) >= told, path
