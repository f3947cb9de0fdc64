"""A server that speaks the Graph API of an Instagram account, written from
developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference: ig-user (media, tags,
mentioned_comment, mentioned_media, mentions), ig-media/comments (newest first, 50 a page), ig-comment,
ig-comment/replies; webhooks.

What has no parent is a comment below one medium of ours, what has one a reply.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked
from oneroof.listening.sources.tests.contract import Ours, Said, moment
from oneroof.listening.sources.tests.meta import APP_SECRET, TOKEN, MetaCounterpart, fault, signed

ACCOUNT_ID, MEDIUM_ID, USERNAME = "1784", "1790", "brumi"
OTHERS_MEDIUM, OTHERS_COMMENT = "5550", "5551"
VERIFY_TOKEN = "between-us"


class InstagramCounterpart(MetaCounterpart):
    key = "instagram"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {
        "a_parent_after_its_child": "Instagram shows a reply only below the comment that it answers"
    }

    def __init__(self) -> None:
        super().__init__()
        self.ours: list[dict[str, Any]] = []
        self.tagged: list[dict[str, Any]] = []
        self.hidden = False
        self.is_young = False
        self._by_number: dict[str, Said] = {}

    def settings(self) -> dict[str, Any]:
        return {
            "account_id": ACCOUNT_ID,
            "access_token": TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "mentions": True,
            "api": self.web.url(""),
        }

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        self._by_number = {each.id: each for each in posts}

    def external_id(self, said_id: str) -> str:
        return f"17900{said_id}"

    def standing(self) -> Sequence[Ours]:
        return [Ours(id=each["id"], to=each["parent_id"], text=each["text"]) for each in self.ours]

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        if parts.path == "/refresh_access_token":
            return self._refreshed({name: each[-1] for name, each in parse_qs(parts.query).items()})
        return super().answer_to(asked)

    def _refreshed(self, query: Mapping[str, str]) -> bytes:
        """instagram-platform/reference/refresh_access_token: of Instagram's own login, a day old at least."""
        known = query["grant_type"] == "ig_refresh_token" and query["access_token"] in self.tokens
        if not known or self.is_young:
            return fault(400, 190 if not known else 100, 0, f"Cannot exchange {query['access_token']}.")
        given = f"{TOKEN}-{len(self.tokens)}"
        self.tokens = self.tokens | {given}
        return self.json({"access_token": given, "token_type": "bearer", "expires_in": 5_184_000})

    # The API

    def serve_path(
        self, method: str, path: str, query: Mapping[str, str], sent: Mapping[str, str]
    ) -> dict[str, Any] | bytes | None:
        if path == ACCOUNT_ID:
            return self._account(query["fields"])
        if path == "me/accounts":
            linked = {"id": "104", "access_token": TOKEN, "instagram_business_account": {"id": ACCOUNT_ID}}
            return self.edge(
                [{"id": "1", "access_token": "of another Page"}, linked], limit=1, after=query.get("after")
            )
        if path == f"{ACCOUNT_ID}/media":
            return self.edge([self.medium()], limit=25, after=query.get("after"))
        if path == f"{ACCOUNT_ID}/tags":
            return self.edge(self.tagged, limit=25, after=query.get("after"))
        if path == f"{ACCOUNT_ID}/mentions":
            return self._answer(f"{sent['media_id']}/{sent.get('comment_id', '')}", sent["message"])
        if path == MEDIUM_ID:
            return {name: each for name, each in self.medium().items() if name != "comments"}
        if path == f"{MEDIUM_ID}/comments":
            return self.edge(self._comments(), limit=self._limit(query), after=query.get("after"))
        if found := re.fullmatch(r"(\d+)/replies", path):
            return self._replies_at(method, found[1], query, sent)
        return self._there(path)

    def _limit(self, query: Mapping[str, str]) -> int:
        return min(int(query["limit"]), self.page)

    def _account(self, fields: str) -> dict[str, Any] | bytes:
        if "mentioned_" not in fields:
            return {"id": ACCOUNT_ID, "username": USERNAME, "name": "Brumi"}
        for medium in self.tagged:
            if f"mentioned_media.media_id({medium['id']})" in fields:
                return {"id": ACCOUNT_ID, "mentioned_media": medium}
        if f"mentioned_comment.comment_id({OTHERS_COMMENT})" in fields:
            said = {
                "id": OTHERS_COMMENT,
                "text": "@brumi, it leaks",
                "username": "jo",
                "timestamp": _written(moment(7)),
            }
            return {"id": ACCOUNT_ID, "mentioned_comment": {**said, "media": {"id": OTHERS_MEDIUM}}}
        return fault(400, 100, 33, "Unsupported get request.")

    def _replies_at(
        self, method: str, comment: str, query: Mapping[str, str], sent: Mapping[str, str]
    ) -> dict[str, Any] | None:
        there = self._there(comment)
        if there is None:
            return None
        if method == "POST":
            return self._answer(there.get("parent_id", comment), sent["message"])
        return self.edge(self._replies(comment), limit=self._limit(query), after=query.get("after"))

    def _answer(self, parent: str, message: str) -> dict[str, Any]:
        about = {
            "username": USERNAME,
            "timestamp": _written(moment(90)),
            "parent_id": parent,
            "text": message,
        }
        self.ours.append({"id": f"18{9_000 + len(self.ours)}", **about})
        return {"id": self.ours[-1]["id"]}

    def medium(self) -> dict[str, Any]:
        return {
            "id": MEDIUM_ID,
            "caption": "Our new kettle",
            "timestamp": _written(moment(0)),
            "username": USERNAME,
            "permalink": "https://www.instagram.com/p/abc/",
            "comments": self.edge(self._comments(), limit=self.page),
        }

    def entry(self, said: Said) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.external_id(said.id),
            "text": said.text,
            "timestamp": _written(said.at),
            "username": said.author,
            "like_count": 3,
            "media": {"id": MEDIUM_ID},
            "hidden": self.hidden,
        }
        return {**shown, "parent_id": self.external_id(said.parent)} if said.parent else shown

    def _comments(self) -> list[dict[str, Any]]:
        tops = {each.id: each for each in self.posts if each.parent is None and not each.deleted}.values()
        shown = [self.entry(each) for each in sorted(tops, key=lambda each: each.at, reverse=True)]
        return [{**each, "replies": self.edge(self._replies(each["id"]), limit=self.page)} for each in shown]

    def _replies(self, comment: str) -> list[dict[str, Any]]:
        replies = [self.entry(each) for each in self.posts if each.parent is not None and not each.deleted]
        return [each for each in [*replies, *self.ours] if each["parent_id"] == comment]

    def _there(self, external_id: str) -> dict[str, Any] | None:
        said = self._by_number.get(external_id.removeprefix("17900"))
        if said and not said.deleted:
            return self.entry(said)
        return next((each for each in self.ours if each["id"] == external_id), None)

    # The webhooks

    def change(self, said: Said) -> tuple[dict[str, str], bytes]:
        """A message of one comment, signed."""
        value: dict[str, Any] = {
            "from": {"id": f"id-{said.author}", "username": said.author},
            "media": {"id": MEDIUM_ID, "media_product_type": "FEED"},
            "id": self.external_id(said.id),
            "text": said.text,
        }
        if said.parent:
            value["parent_id"] = self.external_id(said.parent)
        return message([{"field": "comments", "value": value}])


def message(
    changes: Sequence[Mapping[str, Any]], *, account: str = ACCOUNT_ID
) -> tuple[dict[str, str], bytes]:
    entry = {"id": account, "time": int(moment(100).timestamp()), "changes": list(changes)}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    return signed(body), body


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


COUNTERPART = InstagramCounterpart
