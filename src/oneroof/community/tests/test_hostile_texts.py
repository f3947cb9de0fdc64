"""What people write, and what imports bring, never breaks a page, runs on it, or leaves it."""

import re
from html.parser import HTMLParser

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from oneroof.community.actions.indexing import index_entries
from oneroof.community.models import Entry, Group, Kind, Member, Status

pytestmark = pytest.mark.django_db
HOSTILE = {
    "scripts": "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>",
    "ends": "</textarea></script></title></p></div></main></body></html>",
    "links": "[a](javascript:alert(1)) [b](JaVaScRiPt&colon;alert(1)) [c](data:text/html,x) <javascript:alert(1)>",
    "images": "![x](https://evil.example/pixel.png) ![y](javascript:alert(1)) ![z](//evil.example/z)",
    "attributes": '" onmouseover="alert(1)" x="\' onfocus=alert(1) autofocus `${alert(1)}`',
    "templates": "{{ 7|add:7 }} {% debug %} {% csrf_token %} ${7*7} #{7*7}",
    "nesting": "> " * 400 + "x" + "\n" + "* " * 400 + "y" + "[" * 900 + "x" + "](" * 900,
    "stars": "*_" * 2_000 + "a" + "**__" * 2_000,
    "table": "|a|b|\n|-|-|\n" + "|<b>x</b>|`|`|\n" * 300,
    "unclosed": "```python\nprint(1)\n" + "~~~" * 50 + "\n<!-- never closed <![CDATA[ <?php",
    "one word": "x" * 20_000,
    "directions": "\u202e\u2066olleh\u2069\u202c \u200f\u200e\u061c abc \u2067" * 50,
    "marks": "Z" + "\u0335\u0321\u0322\u0489" * 2_000,
    "invisible": "\u200b\u200c\u200d\ufeff\u2060\u00ad" * 300 + "\u2028\u2029\x0b\x0c\x1b[31m\x07\x85",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇺🇳" * 300 + "\U000e0041\U0010ffff\ufffe",
    "entities": "&#x6a;&#0;&lt;script&gt;&amp;amp;&bogus;&#99999999;" * 50,
    "front": "---\ntitle: x\n---\n[ref]: javascript:alert(1) 'x'\n[ref] [^1]\n[^1]: <script>",
    "spreadsheet": '=HYPERLINK("http://evil.example";"x")\n@SUM(1)\n+1\n-1',
    "sql": "'; DROP TABLE community_entry; -- \\ %s %(x)s :* & | ! <-> to_tsquery('",
}
WHOLE = ("</main>", "</body>", "</html>")


class Runs(HTMLParser):
    """What a browser would run of a page that is not ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: "".join((value or "").split()).lower() for name, value in attrs}
        self.found += [f"{tag} {name}" for name in given if re.fullmatch("on[a-z]+", name)]
        led = [value for name, value in given.items() if name in ("href", "src", "action")]
        self.found += [value for value in led if value.startswith(("javascript:", "data:"))]
        self.found += [value for value in led if tag in ("img", "script", "iframe") and "evil" in value]
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.found.append(tag)


@pytest.fixture
def pages(kettles: Group) -> list[str]:
    """A question, an article, an answer and a comment of each text, as an import brings them."""
    author = Member.objects.create(name=HOSTILE["scripts"][:100], about=HOSTILE["ends"])
    found = []
    for name, text in HOSTILE.items():
        said = {"group": kettles, "author": author, "body": f"needle {text}", "title": f"needle {text}"[:200]}
        question = Entry.objects.create(kind=Kind.QUESTION, status=Status.OPEN, answers=1, **said)
        below = {**said, "title": "", "root": question}
        answer = Entry.objects.create(kind=Kind.ANSWER, parent=question, **below)
        Entry.objects.create(kind=Kind.COMMENT, parent=answer, **below)
        found.append((name, question.get_absolute_url()))
    index_entries(list(Entry.objects.select_related("root").order_by("pk")))
    return [address for _name, address in found]


def test_every_page_stands_and_nothing_runs(pages: list[str], kettles: Group) -> None:
    client, author = Client(), Member.objects.get()
    lists = [
        "/",
        "/q/",
        "/q/?group=kettles",
        "/g/kettles/",
        f"/m/{author.pk}",
        "/?q=needle",
        "/found/?q=needle",
    ]
    searches = [
        f"/?q={text[:200]}" for text in ("'; DROP TABLE x; --", "<script>alert(1)</script>", "\u202e&|!:*")
    ]
    for address in [*pages, *lists, *searches]:
        answered = client.get(address, follow=True)
        text = answered.content.decode()
        assert answered.status_code == 200, address
        assert Runs(text).found == [], address
        if not address.startswith("/found"):
            assert [text.count(end) for end in WHOLE] == [1, 1, 1], address


def test_feeds_maps_and_the_api_stay_well_formed(pages: list[str]) -> None:
    client = Client()
    for address in ("/feed", "/g/kettles/feed", "/sitemap-0.xml", *(f"{_bare(each)}/feed" for each in pages)):
        answered = client.get(address)
        if answered.status_code == 200:
            fromstring(answered.content)
    assert client.get("/feed").status_code == 200
    found = client.get("/api/v1/search", {"q": "needle <script> '; DROP", "in": "questions"})
    assert found.status_code == 200
    assert found.json()["items"]


def _bare(address: str) -> str:
    return "/".join(address.split("/")[:3])
