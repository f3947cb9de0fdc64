"""What a feed says becomes posts, in any format and encoding; what it says wrongly is mended or set aside."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from oneroof.listening.sources.base import RawPost
from oneroof.listening.sources.rss.decoding import decoded
from oneroof.listening.sources.rss.markup import UnreadableFeedError
from oneroof.listening.sources.rss.parse import NotAFeedError, Page, parse_page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://forum.example/feed"


def read(body: bytes | str, content_type: str = "") -> Page:
    return parse_page(body if isinstance(body, bytes) else body.encode(), content_type, URL, NOW)


def rss(items: str, channel: str = "<title>Kettles</title>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{items}</channel></rss>'


def only(body: bytes | str, content_type: str = "") -> RawPost:
    (post,) = read(body, content_type).posts
    return post


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="de">
<title>Kessel</title><author><name>Mia K.</name><email>mia@kettles.example</email></author>
<entry><id>tag:kettles.example,2026:7</id><link href="/7"/><title>Es leckt</title>
<published>2026-03-01T08:00:00Z</published><updated>2026-03-01T09:30:00+01:00</updated>
<thr:in-reply-to ref="tag:kettles.example,2026:1"/>
<content type="html">&lt;p&gt;Der Deckel &lt;b&gt;leckt&lt;/b&gt;.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;
&lt;img src="pic.jpg" alt="das Leck"&gt;</content></entry></feed>"""


def test_atom() -> None:
    post = only(ATOM)
    assert post.external_id == "tag:kettles.example,2026:7"
    assert post.text == "Es leckt\n\nDer Deckel leckt.\n\n das Leck".replace("\n\n das", "\n\ndas")
    assert (post.url, post.lang, post.parent_id) == (
        "https://forum.example/7",
        "de",
        "tag:kettles.example,2026:1",
    )
    assert post.created_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert post.attachments == ("https://forum.example/pic.jpg",)
    assert post.has_image


def test_rss_2() -> None:
    post = only(
        rss(
            "<item><title>It leaks &amp;amp; hisses</title><link>https://a.example/1</link>"
            "<author>mia@a.example (Mia K.)</author><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate>"
            '<description>From the &lt;i&gt;base&lt;/i&gt;</description><guid isPermaLink="false">g1</guid>'
            '<enclosure url="https://a.example/leak.png" type="image/png" length="9"/></item>'
        )
    )
    assert (post.external_id, post.author_handle, post.author_name) == ("g1", "mia@a.example", "Mia K.")
    assert post.text == "It leaks & hisses\n\nFrom the base"
    assert (post.attachments, post.has_image) == (("https://a.example/leak.png",), True)


def test_rss_1() -> None:
    post = only(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>K</title></channel>'
        '<item rdf:about="https://a.example/1"><title>Leaks</title><link>https://a.example/1</link>'
        "<dc:creator>Mia</dc:creator><dc:date>2026-03-01T08:00:00Z</dc:date></item></rdf:RDF>"
    )
    assert (post.author_handle, post.text) == ("Mia", "Leaks")
    assert post.created_at == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_json_feed() -> None:
    page = read(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1", "title": "K", "language": "en-GB",
                "next_url": "/page/2",
                "items": [
                    {
                        "id": 7, "url": "https://a.example/7", "content_html": "<p>It <b>leaks</b></p>",
                        "date_published": "2026-03-01T08:00:00Z", "authors": [{"name": "Mia"}],
                        "attachments": [{"url": "https://a.example/a.mp3", "mime_type": "audio/mpeg"}],
                        "image": "https://a.example/i.png",
                    },
                    "not an object",
                    {"content_text": "1 < 2 <b>"},
                ],
            }
        )
    )  # fmt: skip
    first, plain = page.posts
    assert (first.external_id, first.text, first.author_handle, first.lang) == ("7", "It leaks", "Mia", "en")
    assert first.attachments == ("https://a.example/a.mp3", "https://a.example/i.png")
    assert plain.text == "1 < 2 <b>"
    assert plain.external_id.startswith("sha256:")
    assert [(each.where, each.reason) for each in page.rejected] == [("entry 2", "it is not an object")]
    assert page.older == "https://forum.example/page/2"


@pytest.mark.parametrize("body", ["{", "[1]", "{}", '{"items": 3}', "[" * 100_000])
def test_json_that_is_no_feed(body: str) -> None:
    with pytest.raises(UnreadableFeedError, match="JSON"):
        read(body)


def test_the_title_is_not_said_twice() -> None:
    body = "<description>It leaks from the base.</description>"
    post = only(rss(f"<item><guid>1</guid><title>It leaks from…</title>{body}</item>"))
    assert post.text == "It leaks from the base."


def test_who_speaks_where_nobody_is_named() -> None:
    item = "<item><guid>1</guid><title>hm</title></item>"
    assert only(rss(item)).author_handle == "Kettles"
    assert only(rss(item, channel="")).author_handle == "forum.example"


@pytest.mark.parametrize(
    "date", ["", "<pubDate>yesterday</pubDate>", "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
             "<pubDate>Mon, 01 Jan 2046 00:00:00 GMT</pubDate>", "<pubDate>99999999999999999999</pubDate>"],
)  # fmt: skip
def test_without_a_date_that_can_be_it_was_said_when_we_heard_it(date: str) -> None:
    assert only(rss(f"<item><guid>1</guid><title>hm</title>{date}</item>")).created_at == NOW


def test_a_clock_that_is_an_hour_ahead_is_believed() -> None:
    date = "<pubDate>Mon, 02 Mar 2026 13:00:00 GMT</pubDate>"
    post = only(rss(f"<item><guid>1</guid><title>hm</title>{date}</item>"))
    assert post.created_at == NOW + timedelta(hours=1)


def test_ids() -> None:
    items = (
        "<item><link>https://a.example/1</link><title>a</title></item>"
        "<item><title>b</title></item><item><title>c</title></item>"
        f"<item><guid>{'x' * 600}</guid><title>d</title></item>"
    )
    ids = [post.external_id for post in read(rss(items)).posts]
    assert ids[0] == "https://a.example/1"
    assert all(one.startswith("sha256:") for one in ids[1:])
    assert len(set(ids)) == 4
    assert ids == [post.external_id for post in read(rss(items)).posts]


def test_one_id_for_all_is_told_apart_by_links() -> None:
    items = "".join(
        f"<item><guid isPermaLink='false'>same</guid><link>https://a.example/{n}</link><title>{n}</title></item>"
        for n in range(3)
    )
    assert len({post.external_id for post in read(rss(items)).posts}) == 3


def test_ids_do_not_change_with_the_address_that_the_feed_is_at() -> None:
    body = rss("<item><guid>/7</guid><title>a</title></item>").encode()
    here, there = (parse_page(body, "", url, NOW).posts[0] for url in (URL, "https://moved.example/x"))
    assert here.external_id == there.external_id


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "iso-8859-1", "text/xml; charset=utf-8"),
        ("utf-8", "nonsense", ""),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "utf-8", ""),
        ("utf-16", "utf-16", ""),
        ("utf-16-be", "utf-16", ""),
        ("utf-32", "utf-32", ""),
        ("koi8-r", "koi8-r", ""),
        ("gb18030", "gb2312", ""),
        ("shift_jis", "shift_jis", "application/xml"),
    ],
)
def test_encodings(encoding: str, declared: str, content_type: str) -> None:
    words = {"koi8-r": "чайник течёт", "gb18030": "水壶漏水", "shift_jis": "ケトルが漏れる"}.get(
        encoding, "Café “dür” €"
    )
    body = rss(f"<item><title>{words}</title></item>").replace('"1.0"', f'"1.0" encoding="{declared}"')
    assert only(body.encode(encoding), content_type).text == words


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode_escape", "rot13", "zlib", "utf-7"])
def test_codecs_that_are_no_charsets_are_not_used(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><a>é</a>'.encode()
    assert decoded(body) == body.decode()


def test_named_characters_of_html_are_known() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY custom "no">]>'
    body = rss("<item><guid>1</guid><title>caf&eacute;&nbsp;1 &lt; 2 &amp;eacute;</title></item>")
    assert only(body.replace("<rss", f"{doctype}<rss")).text == "café 1 < 2 é"


def test_a_feed_that_came_in_half_is_read_as_far_as_it_goes() -> None:
    page = read(rss("<item><guid>1</guid><title>one</title></item><item><guid>2</guid><title>tw")[:-20])
    assert not page.is_whole
    assert page.posts[0].text == "one"


def test_nul_and_what_xml_does_not_know() -> None:
    post = only(rss("<item><guid>1</guid><title>a\0b\x08c</title></item>"))
    assert post.text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("body", ["", "  \n", "just words", "<", "<!-- <rss/> -->", "\0\0\0", "\x89PNG"])
def test_what_is_no_feed_at_all_is_refused_with_a_reason(body: str) -> None:
    with pytest.raises(UnreadableFeedError):
        read(body)


def test_another_kind_of_document_is_named() -> None:
    with pytest.raises(UnreadableFeedError, match="<sitemapindex>"):
        read("<sitemapindex><sitemap><loc>x</loc></sitemap></sitemapindex>")


def test_a_web_page_offers_its_feeds() -> None:
    page = """<!doctype html><html><head>
      <link rel="alternate" type="application/rss+xml" href="/feed.xml?a=1&amp;b=2">
      <LINK REL='alternate home' TYPE='application/atom+xml; charset=utf-8' HREF='https://x.example/atom'>
      <link rel=alternate type=application/feed+json href=feed.json>
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
      <link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/x.css">"""
    with pytest.raises(NotAFeedError) as refused:
        read(page)
    assert refused.value.offers == (
        "https://forum.example/feed.xml?a=1&b=2",
        "https://x.example/atom",
        "https://forum.example/feed.json",
    )
    assert "https://x.example/atom" in str(refused.value)


def test_a_page_without_feeds_says_so() -> None:
    with pytest.raises(NotAFeedError, match="names no feed"):
        read("<html><body>hi")
