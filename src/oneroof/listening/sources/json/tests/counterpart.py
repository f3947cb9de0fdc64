"""A shop's own list of reviews, as a company may have one: no vendor's protocol, so its fields are ours to choose.

The list lies deep, its names are its own, its pages go by a cursor, its times are Unix time, and it takes an
answer with an ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header) once.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked
from oneroof.listening.sources.tests.contract import BadDay, Ours, Said
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart

SECRET = "let-me/in&now"
MAPPING = {
    "list_at": "/data/reviews~1new",
    "id_at": "review.no",
    "text_at": "review.words",
    "author_at": "by.nick",
    "time_at": "at",
    "edited_at": "changed",
    "parent_at": "review.re",
    "deleted_at": "review.removed",
    "url_at": "https://shop.example/reviews/{id}",
    "likes_at": "thumbs",
}
ANSWERING = {
    "answer_method": "PUT",
    "answer_headers": "Idempotency-Key: {key}",
    "answer_body": '{"re": "{parent_id:number}", "say": ["{text}"], "sign": "for {author}"}',
    "answer_id_at": "/made/0/no",
    "takes_once": True,
}


class ShopCounterpart(HttpCounterpart):
    key = "json"
    page = 5
    cannot_answer: ClassVar[Mapping[str, str]] = {
        "an_answered_post_is_looked_up": "an entry by itself does not tell who else answered it",
    }

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, dict[str, Any]] = {}

    def settings(self) -> dict[str, Any]:
        return {
            "address": self.web.url("/reviews?since={since}&after={cursor}&sort=new"),
            "headers": "Authorization: Bearer {secret}\nX-Shop: brumi",
            "secret": SECRET,
            "entry_address": self.web.url("/reviews/{id}"),
            "entry_at": "data",
            "paging": "cursor",
            "next_at": "data.next",
            "since_format": "unix",
            "days_back": 10_000,
            "answer_address": self.web.url("/reviews/{parent_id}/answer"),
            **MAPPING,
            **ANSWERING,
        }

    def standing(self) -> Sequence[Ours]:
        return [
            Ours(id=each["no"], to=str(each["re"]), text=each["say"][0]) for each in list(self.kept.values())
        ]

    def answer_to(self, asked: Asked) -> bytes:
        if asked.headers.get("authorization") != f"Bearer {SECRET}" or asked.headers.get("x-shop") != "brumi":
            return self.refusal(BadDay.UNAUTHORIZED)
        if asked.method == "PUT":
            return self._take(asked)
        if wanted := re.fullmatch(r"/reviews/(\d+)", asked.path):
            there = [self._review(each) for each in self.posts if each.id == wanted[1] and not each.deleted]
            return self.json({"data": there[0]}) if there else self.refusal(BadDay.NOT_FOUND)
        query = {name: each[-1] for name, each in parse_qs(urlsplit(asked.path).query).items()}
        fresh = [each for each in self.posts if each.at.timestamp() >= int(query["since"])]
        start = int(query.get("after", 0))
        following = str(start + self.page) if start + self.page < len(fresh) else ""
        shown = [self._review(each) for each in fresh[start : start + self.page]]
        return self.json({"data": {"reviews/new": shown, "next": following}, "status": "fine"})

    def _take(self, asked: Asked) -> bytes:
        sent, key = json.loads(asked.body), asked.headers["idempotency-key"]
        assert sent["sign"].startswith("for ")
        assert asked.path == f"/reviews/{sent['re']}/answer"
        if key not in self.kept:
            self.kept[key] = {"no": f"our-{len(self.kept) + 1}", **sent}
        return self.json({"made": [{"no": self.kept[key]["no"]}]}, status=201)

    def _review(self, each: Said) -> dict[str, Any]:
        return {
            "review": {
                "no": int(each.id),
                "words": each.text,
                "re": int(each.parent) if each.parent else None,
                "removed": each.deleted,
            },
            "by": {"nick": each.author},
            "at": int(each.at.timestamp()),
            "changed": int(each.edited_at.timestamp()) if each.edited_at else None,
            "thumbs": 4,
        }


COUNTERPART = ShopCounterpart
