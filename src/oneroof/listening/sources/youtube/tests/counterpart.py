"""A server that speaks YouTube's Data API v3, written from developers.google.com/youtube/v3/docs.

Threads and comments: /commentThreads and /comments (*list*: ``allThreadsRelatedToChannelId``, ``videoId``, ``id``,
``parentId``, ``order=time``, ``pageToken``; *insert*: ``snippet.parentId``, ``snippet.textOriginal``), a thread
showing five of its answers at most; names: /channels/list (``mine``, ``forHandle``); refusals: /errors, an object
with ``errors`` and a ``reason`` in each. Tokens: developers.google.com/identity/protocols/oauth2/web-server.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

KEY = "the-api-key"
REFRESH = "the-refresh-token"
OURS = "UCbrumibrumibrumibrumi00"
VIDEO = "dQw4w9WgXcQ"
SHOWN = 5
"""So many answers come with their thread."""
REASONS = {
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    429: "rateLimitExceeded",
    500: "backendError",
}

type Query = Mapping[str, str]
type Comment = dict[str, Any]


class YouTubeCounterpart(HttpCounterpart):
    key = "youtube"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {
        "a_parent_after_its_child": "an answer is found by its thread, so it is never heard before it",
    }
    cannot_answer: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.listen_to: dict[str, Any] = {"listen_to": "channel", "query": OURS}
        self.ours: list[Comment] = []
        self.tokens = 0
        self.takes_answers = True
        self.challenge = ""
        self._roots: dict[str, str] = {}

    def settings(self) -> dict[str, Any]:
        return {
            "api": self.web.url("/youtube/v3"),
            "token_address": self.web.url("/token"),
            "api_key": KEY,
            "client_id": "our-client",
            "client_secret": "our-secret",
            "refresh_token": REFRESH,
            **self.listen_to,
        }

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        self._roots |= {each.id: each.parent for each in posts if each.parent}

    def external_id(self, said_id: str) -> str:
        """An answer's id begins with that of its thread."""
        root = self._roots.get(said_id)
        return f"Ugk{root}.{said_id}" if root else f"Ugk{said_id}"

    def standing(self) -> Sequence[Ours]:
        return [
            Ours(id=each["id"], to=each["snippet"]["parentId"], text=each["snippet"]["textOriginal"])
            for each in self.ours
        ]

    def is_write(self, asked: Asked) -> bool:
        return asked.method == "POST" and "/comments" in asked.path

    def refusal(self, day: BadDay) -> bytes:
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        return self.wrong(STATUS[day], REASONS[STATUS[day]], headers=headers)

    def wrong(self, status: int, reason: str, *, headers: Mapping[str, str] | None = None) -> bytes:
        each = {"domain": "youtube", "reason": reason, "message": f"Not today: {reason}."}
        told = {"error": {"code": status, "message": each["message"], "errors": [each]}}
        return answer(json.dumps(told), status=status, headers=headers)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        query = {name: each[-1] for name, each in parse_qs(parts.query).items()}
        if parts.path == "/token":
            return self._token(asked)
        if not self._may(asked):
            return self.wrong(401, "authError")
        if self.is_write(asked):
            return self._insert(asked, query)
        serve = {"commentThreads": self._threads, "comments": self._comments, "channels": self._channels}
        return serve[parts.path.removeprefix("/youtube/v3/")](asked, query)

    def _may(self, asked: Asked) -> bool:
        given = {f"Bearer access-{number}" for number in range(1, self.tokens + 1)}
        ours = asked.headers.get("authorization") in given
        return ours or (asked.headers.get("x-goog-api-key") == KEY and not self.is_write(asked))

    def comment(self, said: Said) -> Comment:
        snippet = {
            "authorDisplayName": f"@{said.author}",
            "authorChannelId": {"value": OURS if said.author == "brumi" else f"UC{said.author:0>22}"},
            "channelId": OURS,
            "videoId": VIDEO,
            "textDisplay": said.text,
            "likeCount": 3,
            "canRate": True,
            "viewerRating": "none",
            "publishedAt": _written(said.at),
            "updatedAt": _written(said.edited_at or said.at),
        }
        if said.parent:
            snippet["parentId"] = self.external_id(said.parent)
        return {"kind": "youtube#comment", "id": self.external_id(said.id), "snippet": snippet}

    def thread(self, said: Said) -> dict[str, Any]:
        answers = self.answers_of(self.external_id(said.id))
        snippet = {
            "channelId": OURS,
            "videoId": VIDEO,
            "topLevelComment": self.comment(said),
            "canReply": self.takes_answers,
            "totalReplyCount": len(answers),
            "isPublic": True,
        }
        shown = {"kind": "youtube#commentThread", "id": self.external_id(said.id), "snippet": snippet}
        return shown | ({"replies": {"comments": answers[-SHOWN:]}} if answers else {})

    def answers_of(self, thread_id: str) -> list[Comment]:
        theirs = [self.comment(each) for each in self.posts if each.parent and not each.deleted]
        return [each for each in (*theirs, *self.ours) if each["snippet"]["parentId"] == thread_id]

    def _threads(self, asked: Asked, query: Query) -> bytes:
        assert query["textFormat"] == "plainText"
        begun = [each for each in self.posts if not each.parent and not each.deleted]
        if wanted := query.get("id"):
            return self.json(
                {"items": [self.thread(each) for each in begun if self.external_id(each.id) == wanted]}
            )
        assert query["order"] == "time"
        assert query.get("allThreadsRelatedToChannelId", OURS) == OURS
        assert query.get("videoId", VIDEO) == VIDEO
        begun.sort(key=lambda each: each.at, reverse=True)
        return self._page([self.thread(each) for each in begun], query)

    def _comments(self, asked: Asked, query: Query) -> bytes:
        assert query["textFormat"] == "plainText"
        if parent := query.get("parentId"):
            return self._page(self.answers_of(parent), query)
        wanted = query["id"].split(",")
        theirs = [self.comment(each) for each in self.posts if not each.deleted]
        return self.json({"items": [each for each in (*theirs, *self.ours) if each["id"] in wanted]})

    def _page(self, found: Sequence[Any], query: Query) -> bytes:
        token = query.get("pageToken", "page-0")
        if not token.startswith("page-"):
            return self.wrong(400, "invalidPageToken")
        at, size = int(token.removeprefix("page-")), min(int(query["maxResults"]), self.page)
        told: dict[str, Any] = {"items": found[at : at + size], "pageInfo": {"resultsPerPage": size}}
        if at + size < len(found):
            told["nextPageToken"] = f"page-{at + size}"
        return self.json(told)

    def _channels(self, asked: Asked, query: Query) -> bytes:
        if query.get("mine") != "true" and query.get("forHandle") != "@brumi":
            return self.json({"pageInfo": {"totalResults": 0}})
        return self.json({"items": [{"id": OURS, "snippet": {"title": "Brumi", "customUrl": "@brumi"}}]})

    def _insert(self, asked: Asked, query: Query) -> bytes:
        sent = json.loads(asked.body)["snippet"]
        begun = {self.external_id(each.id) for each in self.posts if not each.parent and not each.deleted}
        if sent["parentId"] not in begun:
            return self.wrong(404, "parentCommentNotFound")
        number = str(9_000 + len(self.ours))
        made = self.comment(Said(id=number, text=sent["textOriginal"], at=moment(90), author="brumi"))
        made["id"] = f"{sent['parentId']}.{number}"
        made["snippet"] |= {"parentId": sent["parentId"], "textOriginal": sent["textOriginal"]}
        self.ours.append(made)
        return self.json(made)

    def agree(self, url: str) -> str:
        """A person agrees at Google: the address that they are sent back to."""
        asked = {name: each[-1] for name, each in parse_qs(urlsplit(url).query).items()}
        assert (asked["access_type"], asked["prompt"], asked["client_id"]) == (
            "offline",
            "consent",
            "our-client",
        )
        self.challenge = asked["code_challenge"]
        return f"{asked['redirect_uri']}?code=the-code&state={asked['state']}"

    def _token(self, asked: Asked) -> bytes:
        sent = {name: each[-1] for name, each in parse_qs(asked.body.decode()).items()}
        good = (sent["client_id"], sent["client_secret"]) == ("our-client", "our-secret")
        if sent["grant_type"] == "authorization_code":
            proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
            good = good and (sent["code"], proof.rstrip(b"=").decode()) == ("the-code", self.challenge)
        else:
            good = good and sent["refresh_token"] == REFRESH
        if not good:
            return answer('{"error": "invalid_grant", "error_description": "Bad Request"}', status=400)
        self.tokens += 1
        given: dict[str, Any] = {
            "access_token": f"access-{self.tokens}",
            "expires_in": 3_599,
            "token_type": "Bearer",
        }
        if sent["grant_type"] == "authorization_code":
            given["refresh_token"] = REFRESH
        return self.json(given)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


COUNTERPART = YouTubeCounterpart
