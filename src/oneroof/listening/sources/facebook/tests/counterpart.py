"""A server that speaks the Graph API of a Page, written from developers.facebook.com/docs/graph-api/reference:
page/feed, page-post, comment, object/comments (filter, order, paging), and webhooks/reference/page/#feed.

What has no parent is a visitor's post on the Page, what has one a comment.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from oneroof.listening.sources.base import Target
from oneroof.listening.sources.tests.contract import Ours, Said, moment
from oneroof.listening.sources.tests.meta import APP_SECRET, TOKEN, MetaCounterpart, signed

PAGE_ID = "104"
VERIFY_TOKEN = "between-us"


class FacebookCounterpart(MetaCounterpart):
    key = "facebook"
    page = 20
    comments_page = 5
    cannot_hear: ClassVar[Mapping[str, str]] = {
        "a_parent_after_its_child": "comments are read below the post that they stand under, which is there first"
    }

    def __init__(self) -> None:
        super().__init__()
        self.ours: list[dict[str, Any]] = []
        self._by_number: dict[str, Said] = {}

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        self._by_number = {each.id: each for each in posts}

    def settings(self) -> dict[str, Any]:
        return {
            "page_id": PAGE_ID,
            "access_token": TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "api": self.web.url(""),
        }

    def external_id(self, said_id: str) -> str:
        said = self._by_number.get(said_id)
        if said is None or said.parent is None:
            return f"{PAGE_ID}_{said_id}"
        return f"{self.root(said).id}_{said_id}"

    def target(self, said: Said) -> Target:
        plain = super().target(said)
        return Target(
            external_id=plain.external_id,
            author_handle=f"id-{said.author}",
            text=said.text,
            said_at=said.at,
            thread_external_id=plain.thread_external_id,
        )

    def standing(self) -> Sequence[Ours]:
        return [Ours(id=each["id"], to=each["parent"]["id"], text=each["message"]) for each in self.ours]

    def root(self, said: Said) -> Said:
        while said.parent and said.parent in self._by_number:
            said = self._by_number[said.parent]
        return said

    # The API

    def serve_path(
        self, method: str, path: str, query: Mapping[str, str], sent: Mapping[str, str]
    ) -> dict[str, Any] | bytes | None:
        if path == "me":
            return {"id": PAGE_ID, "name": "Brumi"}
        if path == PAGE_ID:
            return {"id": PAGE_ID, "access_token": TOKEN}
        if path == f"{PAGE_ID}/feed":
            return self._feed(query)
        if found := re.fullmatch(r"(\w+)/comments", path):
            return self._comments_at(method, found[1], query, sent)
        return self._there(path)

    def _feed(self, query: Mapping[str, str]) -> dict[str, Any]:
        until = float(query.get("until") or 2**40)
        newest_first = sorted(self._visitors(), key=lambda each: each.at, reverse=True)
        shown = [self.entry(each) for each in newest_first if each.at.timestamp() <= until]
        for each in shown:
            below = list(reversed(self._below(each["id"])))
            each["comments"] = self.edge(below, limit=self.comments_page)
        return self.edge(shown, limit=min(int(query["limit"]), self.page), after=query.get("after"))

    def _comments_at(
        self, method: str, parent: str, query: Mapping[str, str], sent: Mapping[str, str]
    ) -> dict[str, Any] | None:
        if self._there(parent) is None:
            return None
        if method == "POST":
            return self._answer(parent, sent["message"])
        below = self._below(parent)
        shown = below[::-1] if query.get("order") == "reverse_chronological" else below
        return self.edge(shown, limit=min(int(query["limit"]), self.page), after=query.get("after"))

    def _answer(self, parent: str, message: str) -> dict[str, Any]:
        comment_id = f"{parent.rpartition('_')[2]}_{9_000 + len(self.ours)}"
        about = {"from": {"id": PAGE_ID, "name": "Brumi"}, "created_time": _written(moment(90))}
        self.ours.append({"id": comment_id, "message": message, "parent": {"id": parent}, **about})
        return {"id": comment_id}

    def entry(self, said: Said) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.external_id(said.id),
            "message": said.text,
            "created_time": _written(said.at),
            "from": {"id": f"id-{said.author}", "name": said.author},
            "permalink_url": f"https://www.facebook.com/{said.id}",
        }
        if said.parent is not None:
            shown |= {
                "object": {"id": self.external_id(self.root(said).id)},
                "like_count": 3,
                "can_comment": True,
            }
            if self.root(said).id != said.parent:
                shown["parent"] = {"id": self.external_id(said.parent)}
        return shown

    def _visitors(self) -> list[Said]:
        return list(
            {each.id: each for each in self.posts if each.parent is None and not each.deleted}.values()
        )

    def _below(self, parent: str) -> list[dict[str, Any]]:
        comments = [each for each in self.posts if each.parent is not None and not each.deleted]
        in_thread = [
            self.entry(each)
            for each in sorted(comments, key=lambda each: each.at)
            if parent in {self.external_id(self.root(each).id), self.external_id(each.parent or "")}
        ]
        return in_thread + [each for each in self.ours if each["parent"]["id"] == parent]

    def _there(self, external_id: str) -> dict[str, Any] | None:
        said = self._by_number.get(external_id.rpartition("_")[2])
        if said and not said.deleted and self.external_id(said.id) == external_id:
            return self.entry(said)
        return next((each for each in self.ours if each["id"] == external_id), None)

    # The webhooks

    def change(self, said: Said, verb: str = "add", **more: Any) -> tuple[dict[str, str], bytes]:
        """A message of one change of the feed, signed."""
        is_comment = said.parent is not None
        value = {
            "from": {"id": f"id-{said.author}", "name": said.author},
            "item": "comment" if is_comment else "status",
            "verb": verb,
            "post_id": f"{PAGE_ID}_{self.root(said).id}",
            "created_time": int(said.at.timestamp()),
            "message": said.text,
        }
        if is_comment:
            value |= {
                "comment_id": self.external_id(said.id),
                "parent_id": self.external_id(said.parent or ""),
            }
        return message([{"field": "feed", "value": {**value, **more}}])


def message(changes: Sequence[Mapping[str, Any]], *, account: str = PAGE_ID) -> tuple[dict[str, str], bytes]:
    entry = {"id": account, "time": int(moment(100).timestamp()), "changes": list(changes)}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    return signed(body), body


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


COUNTERPART = FacebookCounterpart
