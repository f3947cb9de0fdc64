"""A server of the AT Protocol and an application view in one, written from the lexicons (com.atproto.server, repo,
identity; app.bsky.feed, notification, richtext) and docs.bsky.app."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.base import Target
from oneroof.listening.sources.bluesky.parse import POST
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

PASSWORD = "abcd-efgh-ijkl-mnop"
OUR_DID, OUR_HANDLE = "did:plc:brumi", "brumi.example"
CODES = {
    401: "AuthMissing",
    403: "Forbidden",
    404: "XRPCNotSupported",
    409: "Conflict",
    429: "RateLimitExceeded",
}


class BlueskyCounterpart(HttpCounterpart):
    key = "bluesky"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {}
    cannot_answer: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.listen_to: dict[str, Any] = {"listen_to": "search", "query": "kettle"}
        self.records: dict[str, dict[str, Any]] = {}
        self.ended: set[str] = set()
        self.sessions = 0

    def settings(self) -> dict[str, Any]:
        here = self.web.url("")
        return {
            "service": here,
            "appview": here,
            "identifier": OUR_HANDLE,
            "app_password": PASSWORD,
            **self.listen_to,
        }

    def external_id(self, said_id: str) -> str:
        return f"at://did:plc:author/{POST}/{said_id}"

    def target(self, said: Said) -> Target:
        plain = super().target(said)
        return Target(
            external_id=plain.external_id,
            author_handle=f"{said.author}.example",
            text=said.text,
            said_at=said.at,
            thread_external_id=plain.thread_external_id,
        )

    def standing(self) -> list[Ours]:
        return [
            Ours(id=uri, to=record["reply"]["parent"]["uri"], text=record["text"])
            for uri, record in list(self.records.items())
        ]

    def is_write(self, asked: Asked) -> bool:
        return asked.method == "POST" and ".repo." in asked.path

    def refusal(self, day: BadDay) -> bytes:
        status = STATUS[day]
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        told = {"error": CODES.get(status, "InternalServerError"), "message": "Not today"}
        return answer(json.dumps(told), status=status, headers=headers)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        method, query = parts.path.rpartition("/")[2], parse_qs(parts.query)
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer in self.ended:
            return self.no("ExpiredToken", "Token has expired")
        if self.is_write(asked) and not bearer:
            return self.no("AuthMissing", "Authentication Required", status=401)
        return self._methods()[method](asked, query)

    def no(self, code: str, message: str, *, status: int = 400) -> bytes:
        return answer(json.dumps({"error": code, "message": message}), status=status)

    def _methods(self) -> dict[str, Callable[[Asked, dict[str, list[str]]], bytes]]:
        return {
            "com.atproto.server.createSession": self._create_session,
            "com.atproto.server.refreshSession": lambda asked, query: self._session(),
            "com.atproto.repo.getRecord": self._get_record,
            "com.atproto.repo.putRecord": self._put_record,
            "com.atproto.identity.resolveHandle": self._resolve_handle,
            "app.bsky.feed.searchPosts": lambda _asked, query: self._paged("posts", self._views(), query),
            "app.bsky.feed.getAuthorFeed": self._author_feed,
            "app.bsky.notification.listNotifications": self._notifications,
            "app.bsky.feed.getPosts": self._get_posts,
            "app.bsky.feed.getPostThread": self._thread,
        }

    def _create_session(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        if json.loads(asked.body) != {"identifier": OUR_HANDLE, "password": PASSWORD}:
            return self.no("AuthenticationRequired", "Invalid identifier or password", status=401)
        return self._session()

    def _session(self) -> bytes:
        self.sessions += 1
        return self.json(
            {
                "did": OUR_DID,
                "handle": OUR_HANDLE,
                "accessJwt": token(self.sessions, 7_200),
                "refreshJwt": token(self.sessions, 5_000_000),
            }
        )

    def view(self, said: Said) -> dict[str, Any]:
        moment = said.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        record: dict[str, Any] = {"$type": POST, "text": said.text, "createdAt": moment}
        if said.parent:
            parent = {"uri": self.external_id(said.parent), "cid": f"cid-{said.parent}"}
            record["reply"] = {"root": parent, "parent": parent}
        return {
            "uri": self.external_id(said.id),
            "cid": f"cid-{said.id}",
            "author": {"did": f"did:plc:{said.author}", "handle": f"{said.author}.example"},
            "record": record,
            "indexedAt": moment,
            "repostCount": 2,
            "likeCount": 3,
        }

    def _views(self) -> list[dict[str, Any]]:
        shown = [self.view(each) for each in self.posts if not each.deleted]
        return sorted(shown, key=lambda each: each["record"]["createdAt"], reverse=True)

    def _paged(self, name: str, shown: list[dict[str, Any]], query: Mapping[str, list[str]]) -> bytes:
        start = int(query.get("cursor", ["0"])[0])
        page = shown[start : start + min(int(query["limit"][0]), self.page)]
        following = {"cursor": str(start + len(page))} if start + len(page) < len(shown) else {}
        return self.json({name: page, **following})

    def _author_feed(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        boosted = {"post": self._views()[0], "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}
        return self._paged("feed", [boosted, *({"post": each} for each in self._views())], query)

    def _notifications(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        told = [{**each, "reason": "mention"} for each in self._views()]
        return self._paged("notifications", told, query)

    def _get_posts(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        return self.json({"posts": [each for each in self._views() if each["uri"] in query["uris"]]})

    def _thread(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        known = {each["uri"]: each for each in self._views()}
        wanted = query["uri"][0]
        if wanted not in known:
            return self.no("NotFound", f"Post not found: {wanted}")
        thread = self._node(known, wanted)
        above = known[wanted]["record"].get("reply", {}).get("parent", {}).get("uri")
        if above in known:
            thread["parent"] = {"$type": "app.bsky.feed.defs#threadViewPost", "post": known[above]}
        return self.json({"thread": thread})

    def _node(self, known: Mapping[str, Any], uri: str) -> dict[str, Any]:
        below = [
            each["uri"]
            for each in known.values()
            if each["record"].get("reply", {}).get("parent", {}).get("uri") == uri
        ]
        return {
            "$type": "app.bsky.feed.defs#threadViewPost",
            "post": known[uri],
            "replies": [self._node(known, each) for each in below],
        }

    def _get_record(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        uri = f"at://{query['repo'][0]}/{query['collection'][0]}/{query['rkey'][0]}"
        said = {each["uri"]: each for each in self._views()}
        if uri in self.records:
            return self.json({"uri": uri, "cid": "cid-ours", "value": self.records[uri]})
        if uri in said:
            return self.json({"uri": uri, "cid": said[uri]["cid"], "value": said[uri]["record"]})
        return self.no("RecordNotFound", f"Could not locate record: {uri}")

    def _put_record(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        sent = json.loads(asked.body)
        uri = f"at://{sent['repo']}/{sent['collection']}/{sent['rkey']}"
        if uri in self.records and sent.get("swapRecord", uri) is None:
            return self.no("InvalidSwap", "Record was at bafyrei")
        self.records[uri] = sent["record"]
        return self.json({"uri": uri, "cid": "cid-ours"})

    def _resolve_handle(self, asked: Asked, query: Mapping[str, list[str]]) -> bytes:
        if query["handle"] != ["mia.example"]:
            return self.no("InvalidRequest", "Unable to resolve handle")
        return self.json({"did": "did:plc:mia"})


def token(number: int, seconds: float) -> str:
    """A JWT, as far as a client looks into it."""
    claims = json.dumps({"jti": number, "exp": int(time.time() + seconds)}).encode()
    return f"head.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.signature"


COUNTERPART = BlueskyCounterpart
