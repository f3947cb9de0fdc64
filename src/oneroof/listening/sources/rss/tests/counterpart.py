"""A web server with one feed: RSS 2.0, the newest first, with older pages (RFC 5005) and conditional requests."""

import hashlib
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import Said
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<channel><title>Kettle forum</title><link>https://forum.example/</link>"""
UNKNOWN = '<x:new xmlns:x="https://new.example/2031" deep="1"><x:a>b</x:a></x:new>'


class FeedCounterpart(HttpCounterpart):
    key = "rss"
    page = 5
    cannot_hear = {
        "a_deletion": "a feed drops its oldest entries as it goes: one that is missing need not be deleted",
    }

    def settings(self) -> dict[str, Any]:
        return {"address": self.web.url("/feed"), "user": "us", "password": "let-me-in"}

    def external_id(self, said_id: str) -> str:
        return f"https://forum.example/{said_id}"

    def answer_to(self, asked: Asked) -> bytes:
        number = int(asked.path.partition("?page=")[2] or 1)
        newest_first = list(reversed([each for each in self.posts if not each.deleted]))
        shown = newest_first[(number - 1) * self.page : number * self.page]
        has_older = len(newest_first) > number * self.page
        older = f'<atom:link rel="next" href="/feed?page={number + 1}"/>' if has_older else ""
        body = f"{HEAD}{older}{''.join(map(self._item, shown))}</channel></rss>"
        return self._conditional(asked, body)

    def _conditional(self, asked: Asked, body: str) -> bytes:
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
        if asked.headers.get("if-none-match") == etag:
            return answer(status=304, headers={"ETag": etag})
        return answer(body, headers={"ETag": etag, "Content-Type": "application/rss+xml; charset=utf-8"})

    def _item(self, each: Said) -> str:
        unknown = UNKNOWN if self._has_unknown_fields else ""
        parent = f'<thr:in-reply-to ref="{self.external_id(each.parent)}"/>' if each.parent else ""
        return (
            f"<item><guid>{self.external_id(each.id)}</guid><author>{each.author}</author>{parent}{unknown}"
            f"<pubDate>{format_datetime(each.at)}</pubDate>"
            f"<description>{escape(escape(each.text))}</description></item>"
        )


COUNTERPART = FeedCounterpart
