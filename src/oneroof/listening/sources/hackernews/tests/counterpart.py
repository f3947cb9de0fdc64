"""A server that speaks HN Search, written from hn.algolia.com/api (search_by_date, items, tags, numericFilters)
and github.com/algolia/hn-search (what a hit and an item hold, app/models/item.rb; 404 for what is gone).

All that is said here are comments on one story, number 1000.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

STORY = 1_000
BOUND = re.compile(r"created_at_i(>=|<=)(\d+)")
TAG = {"(story,comment,poll)": {"story", "comment"}, "(story,poll)": {"story"}, "comment": {"comment"}}


class HackerNewsCounterpart(HttpCounterpart):
    key = "hackernews"
    page = 20

    def __init__(self) -> None:
        super().__init__()
        self.listen_to = "comments"

    def settings(self) -> dict[str, Any]:
        return {"address": self.web.url("/api/v1"), "query": "kettle", "listen_to": self.listen_to}

    def refusal(self, day: BadDay) -> bytes:
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        body = f'{{"message":"{day.value}","status":{STATUS[day]}}}'
        return answer(body, status=STATUS[day], headers=headers)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        query = {name: each[-1] for name, each in parse_qs(parts.query).items()}
        if parts.path == "/api/v1/search_by_date":
            return self.json(self._found(query))
        tree = self._item(int(parts.path.rpartition("/")[2]))
        if tree is None:
            return answer('{"status":404,"error":"Not Found"}', status=404)
        return self.json(tree)

    def _found(self, query: Mapping[str, str]) -> dict[str, Any]:
        hits = [self._hit(each) for each in self.posts if not each.deleted]
        hits = [self._story_hit(), *hits] if "story" in TAG[query["tags"]] else hits
        hits = [hit for hit in hits if hit["_tags"][0] in TAG[query["tags"]]]
        for sign, number in BOUND.findall(query.get("numericFilters", "")):
            bound = int(number)
            hits = [
                h
                for h in hits
                if (h["created_at_i"] >= bound) == (sign == ">=") or h["created_at_i"] == bound
            ]
        hits.sort(key=lambda hit: hit["created_at_i"], reverse=True)
        size, page = min(int(query["hitsPerPage"]), self.page), int(query["page"])
        return {
            "hits": hits[page * size : (page + 1) * size],
            "nbHits": len(hits),
            "page": page,
            "nbPages": -(-len(hits) // size),
            "hitsPerPage": size,
            "query": query["query"],
        }

    def _hit(self, each: Said) -> dict[str, Any]:
        return {
            "objectID": each.id,
            "author": each.author,
            "comment_text": _as_html(each.text),
            "created_at": each.at.isoformat(),
            "created_at_i": int(each.at.timestamp()),
            "parent_id": int(each.parent or STORY),
            "points": None,
            "story_id": STORY,
            "story_title": "Show HN: a kettle",
            "story_url": None,
            "_tags": ["comment", f"author_{each.author}", f"story_{STORY}"],
        }

    def _story_hit(self) -> dict[str, Any]:
        return {
            "objectID": str(STORY),
            "author": "brumi",
            "title": "Show HN: a kettle",
            "url": "https://brumi.example/kettle",
            "points": 7,
            "num_comments": len(self.posts),
            "created_at_i": int(moment(0).timestamp()),
            "created_at": moment(0).isoformat(),
            "_tags": ["story", "author_brumi", f"story_{STORY}"],
        }

    def _item(self, wanted: int) -> dict[str, Any] | None:
        """With all below it; what was deleted keeps its place while something stands below, and is 404 itself."""
        told: Any
        if wanted == STORY:
            hit = self._story_hit()
            told = {"id": STORY, "type": "story", "text": None, "parent_id": None, "story_id": STORY, **hit}
        else:
            said = next((each for each in self.posts if each.id == str(wanted)), None)
            if said is None or said.deleted:
                return None
            told = self._node(said)
        told["children"] = self._children(wanted)
        return told

    def _node(self, each: Said) -> dict[str, Any]:
        known = {"author": each.author, "text": _as_html(each.text)}
        return {
            "id": int(each.id),
            "type": "comment",
            "created_at_i": int(each.at.timestamp()),
            "parent_id": int(each.parent or STORY),
            "story_id": STORY,
            "title": None,
            "points": None,
            **({"author": None, "text": None} if each.deleted else known),
        }

    def _children(self, above: int) -> list[dict[str, Any]]:
        below = [each for each in self.posts if int(each.parent or STORY) == above]
        nodes = [{**self._node(each), "children": self._children(int(each.id))} for each in below]
        return [node for node in nodes if node["author"] or node["children"]]


def _as_html(text: str) -> str:
    """As Hacker News writes it: paragraphs that are not closed, slashes as entities."""
    return escape(text).replace("/", "&#x2F;").replace("\n\n", "<p>")


COUNTERPART = HackerNewsCounterpart
