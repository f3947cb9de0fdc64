"""A server that speaks X's API v2, written from docs.x.com.

Posts and what comes beside them: x-api/fundamentals/data-dictionary, /fields, /expansions and /edit-posts; paging
and ``since_id``: x-api/posts/search, /timelines; refusals: x-api/fundamentals/response-codes-and-errors (problems
with ``title``, ``detail``, ``type``) and /rate-limits (headers); ids: fundamentals/x-ids; tokens:
fundamentals/authentication/oauth-2-0/authorization-code; rules and stream: x-api/posts/filtered-stream. That the
same words are refused (403, “duplicate content”) is as plhery/node-twitter-api-v2 issue 469 shows it, and that
only the latest wording can be answered as rhetor-ai/DOGE-AI issue 128 says.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from oneroof.core import clock
from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart
from oneroof.listening.sources.x.ids import id_at, moment_of

BEARER = "the-bearer-token-of-our-app"
ACCESS = "the-access-token-of-our-account"
REFRESH = "the-refresh-token-number"
OUR_ID = "7777"
PROBLEM = "https://api.x.com/2/problems"
TITLES = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found Error",
    409: "Conflict",
    429: "Too Many Requests",
}
APART = timedelta(seconds=20)
"""Between one post and the next, by their ids."""

type Query = Mapping[str, str]
type Post = dict[str, Any]


class XCounterpart(HttpCounterpart):
    key = "x"
    page = 10
    cannot_hear: ClassVar[Mapping[str, str]] = {}
    cannot_answer: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.listen_to: dict[str, Any] = {"listen_to": "search", "query": "brumi"}
        self.ours: list[Post] = []
        self.rules: list[dict[str, str]] = []
        self.renewals = 1
        self.access = ACCESS
        self.challenge = ""
        self.addresses_us = True
        self.not_found: set[str] = set()
        self.extra: dict[str, Any] = {}
        self._worked_out: tuple[Any, list[Post]] = (None, [])
        self._began = clock.now() - timedelta(hours=6.5)

    def settings(self) -> dict[str, Any]:
        return {
            "api": self.web.url(""),
            "bearer_token": BEARER,
            "access_token": ACCESS,
            "account": "brumi",
            "client_id": "our-app",
            "client_secret": "our-app-secret",
            **self.listen_to,
        }

    def external_id(self, said_id: str) -> str:
        return id_at(self._began + APART * int(said_id))

    def standing(self) -> Sequence[Ours]:
        return [Ours(id=each["id"], to=_answered(each), text=each["_text"]) for each in self.ours]

    def is_write(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path == "/2/tweets"

    def refusal(self, day: BadDay) -> bytes:
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        return self.problem(STATUS[day], "Not today.", headers=headers)

    def problem(
        self, status: int, detail: str, *, kind: str = "about:blank", headers: Mapping[str, str] | None = None
    ) -> bytes:
        told = {"title": TITLES.get(status, "Error"), "detail": detail, "type": kind, "status": status}
        return answer(
            json.dumps(told),
            status=status,
            headers={"Content-Type": "application/problem+json", **(headers or {})},
        )

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        path, query = unquote(parts.path), {name: each[-1] for name, each in parse_qs(parts.query).items()}
        if path != "/2/oauth2/token" and not self._may(asked):
            return self.problem(401, "Unauthorized")
        for pattern, serve in self._routes().items():
            if found := re.fullmatch(pattern, f"{asked.method} {path}"):
                shown = serve(asked, query, *found.groups())
                return shown if isinstance(shown, bytes) else self.json(shown)
        return self.problem(404, f"No such path: {path}")

    def _may(self, asked: Asked) -> bool:
        known = (
            {f"Bearer {self.access}"}
            if self.is_write(asked)
            else {f"Bearer {self.access}", f"Bearer {BEARER}"}
        )
        return asked.headers.get("authorization") in known

    def _routes(self) -> dict[str, Callable[..., Any]]:
        return {
            r"GET /2/tweets/search/recent": self._search,
            r"GET /2/tweets": self._by_ids,
            r"POST /2/tweets": self._post,
            r"GET /2/users/me": lambda _asked, _query: {"data": self.user("brumi")},
            r"GET /2/users/by/username/(\w+)": lambda _asked, _query, name: {"data": self.user(name)},
            r"GET /2/users/7777/mentions": lambda _asked, query: self._page(self.theirs(), query),
            r"GET /2/users/7777/tweets": lambda _asked, query: self._page(self.ours, query),
            r"GET /2/users/1\d+/tweets": lambda _asked, query: self._page(self.theirs(), query),
            r"POST /2/oauth2/token": self._token,
            r"GET /2/tweets/search/stream/rules": lambda _asked, _query: {"data": self.rules},
            r"POST /2/tweets/search/stream/rules": self._change_rules,
        }

    def user(self, name: str) -> dict[str, Any]:
        known = OUR_ID if name == "brumi" else str(10_000 + sum(map(ord, name)))
        reach = {"followers_count": 12, "following_count": 3, "tweet_count": 9, "listed_count": 0}
        return {"id": known, "username": name, "name": name.title(), "public_metrics": reach}

    def post(self, said: Said) -> Post:
        """In its latest wording, which has an id of its own."""
        first = self.external_id(said.id)
        versions = [first, str(int(first) + 1)] if said.edited_at else [first]
        parent = self.external_id(said.parent) if said.parent else str(int(self.external_id(said.id)) - 1_000)
        shown = {
            "id": versions[-1],
            "edit_history_tweet_ids": versions,
            "text": html.escape(said.text, quote=False),
            "author_id": self.user(said.author)["id"],
            "created_at": _written(said.edited_at or said.at),
            "conversation_id": self.external_id(said.parent or said.id),
            "lang": "und",
            "public_metrics": {"retweet_count": 2, "reply_count": 1, "like_count": 3, "quote_count": 0},
            "_author": said.author,
        }
        if said.parent or self.addresses_us:
            shown |= {"referenced_tweets": [{"type": "replied_to", "id": parent}]}
            shown |= {"in_reply_to_user_id": "10001" if said.parent else OUR_ID}
        return shown | self.extra

    def theirs(self) -> list[Post]:
        """Worked out once for as long as the same stands there: a thousand are asked for thousands of times."""
        stand = (self.posts, self.addresses_us, self.extra)
        if self._worked_out[0] != stand:
            self._worked_out = (stand, [self.post(each) for each in self.posts if not each.deleted])
        return self._worked_out[1]

    def shown(self, posts: Iterable[Post], query: Query) -> dict[str, Any]:
        """Those posts, with their authors beside them where one asks for these."""
        found = list(posts)
        names = {each["_author"] for each in found}
        told: dict[str, Any] = {"data": [_without_marks(each) for each in found]} if found else {}
        if "author_id" in query.get("expansions", "") and found:
            told["includes"] = {"users": [self.user(name) for name in sorted(names)]}
        return told

    def _page(self, posts: Sequence[Post], query: Query) -> dict[str, Any]:
        """Newest first; ``since_id`` and ``until_id`` exclude themselves."""
        over, under = int(query.get("since_id") or 0), int(query.get("until_id") or 2**63)
        if start := query.get("start_time"):
            over = max(over, int(id_at(datetime.fromisoformat(start))) - 1)
        chosen = [each for each in posts if over < int(each["id"]) < under]
        chosen.sort(key=lambda each: int(each["id"]), reverse=True)
        at = int(query.get("next_token") or query.get("pagination_token") or 0)
        size = min(int(query["max_results"]), self.page)
        page = chosen[at : at + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if at + size < len(chosen):
            meta["next_token"] = str(at + size)
        return {**self.shown(page, query), "meta": meta}

    def _search(self, asked: Asked, query: Query) -> Any:
        oldest = clock.now() - timedelta(days=7)
        since = moment_of(query.get("since_id", ""))
        if since and since < oldest:
            return self.problem(400, "'since_id' must be a tweet id created after 7 days ago.")
        words = query["query"]
        found = [*self.theirs(), *self.ours]
        if wanted := re.match(r"conversation_id:(\d+)", words):
            found = [each for each in found if each.get("conversation_id") == wanted[1]]
        elif wanted := re.match(r"in_reply_to_tweet_id:(\d+)", words):
            found = [each for each in found if _answered(each) == wanted[1]]
        else:
            assert words.endswith("-is:retweet")
            found = [
                each for each in self.theirs() if each["edit_history_tweet_ids"][0] not in self.not_found
            ]
        return self._page(found, query)

    def _by_ids(self, asked: Asked, query: Query) -> dict[str, Any]:
        """A post that is asked for by an earlier id comes as it was worded then."""
        known = {each["id"]: each for each in (*self.theirs(), *self.ours)}
        known |= {
            each["edit_history_tweet_ids"][0]: {
                **each,
                "id": each["edit_history_tweet_ids"][0],
                "text": "Before",
            }
            for each in known.values()
            if len(each["edit_history_tweet_ids"]) > 1
        }
        wanted = query["ids"].split(",")
        assert len(wanted) <= 100
        found = [known[each] for each in wanted if each in known]
        told = self.shown(found, query)
        missing = [each for each in wanted if each not in known]
        if missing:
            told["errors"] = [self._not_found(each) for each in missing]
        return told

    def _not_found(self, post_id: str) -> dict[str, Any]:
        return {
            "value": post_id,
            "resource_id": post_id,
            "resource_type": "tweet",
            "parameter": "ids",
            "title": "Not Found Error",
            "detail": f"Could not find tweet with ids: [{post_id}].",
            "type": f"{PROBLEM}/resource-not-found",
        }

    def _post(self, asked: Asked, query: Query) -> bytes:
        sent = json.loads(asked.body)
        parent, text = sent["reply"]["in_reply_to_tweet_id"], sent["text"]
        versions = {each["edit_history_tweet_ids"][0]: each["id"] for each in self.theirs()}
        if parent not in versions.values():
            return self.problem(
                403, "You attempted to reply to a Tweet that is deleted or not visible to you."
            )
        parent = next(first for first, latest in versions.items() if latest == parent)
        if any((_answered(each), each["_text"]) == (parent, text) for each in self.ours):
            return self.problem(403, "You are not allowed to create a Tweet with duplicate content.")
        made = {
            **self.post(
                Said(id=str(1_100 + len(self.ours)), text=f"@mia {text}", at=moment(90), author="brumi")
            ),
            "in_reply_to_user_id": self.user("mia")["id"],
            "referenced_tweets": [{"type": "replied_to", "id": parent}],
            "conversation_id": parent,
            "_text": text,
        }
        self.ours.append(made)
        shown = {name: made[name] for name in ("id", "text", "edit_history_tweet_ids")}
        return self.json({"data": shown}, status=201)

    def agree(self, url: str) -> str:
        """A person agrees at X: the address that they are sent back to."""
        asked = {name: each[-1] for name, each in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", "our-app")
        assert "offline.access" in asked["scope"].split()
        self.challenge = asked["code_challenge"]
        return f"{asked['redirect_uri']}?code=the-code&state={asked['state']}"

    def _token(self, asked: Asked, query: Query) -> bytes:
        """A refresh token serves once; a confidential client says its secret by HTTP Basic."""
        sent = {name: each[-1] for name, each in parse_qs(asked.body.decode()).items()}
        if asked.headers.get("authorization") != f"Basic {_encoded('our-app:our-app-secret')}":
            return answer('{"error": "unauthorized_client"}', status=401)
        if sent["grant_type"] == "authorization_code":
            proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
            good = (sent["code"], proof.rstrip(b"=").decode()) == ("the-code", self.challenge)
        else:
            good = sent["refresh_token"] == f"{REFRESH}-{self.renewals}"
        if not good:
            wrong = {
                "error": "invalid_request",
                "error_description": "Value passed for the token was invalid.",
            }
            return answer(json.dumps(wrong), status=400)
        self.renewals += 1
        self.access = f"{ACCESS}-{self.renewals}"
        given = {
            "access_token": self.access,
            "refresh_token": f"{REFRESH}-{self.renewals}",
            "expires_in": 7200,
        }
        return self.json({"token_type": "bearer", "scope": "tweet.read", **given})

    def _change_rules(self, asked: Asked, query: Query) -> bytes:
        sent = json.loads(asked.body)
        gone = set(sent.get("delete", {}).get("ids", ()))
        self.rules = [each for each in self.rules if each["id"] not in gone]
        added = [{**each, "id": str(500 + len(self.rules) + n)} for n, each in enumerate(sent.get("add", ()))]
        if any("unclosed(" in each["value"] for each in added):
            wrong = {"title": "UnprocessableEntity", "details": ["Unmatched parenthesis"], "type": PROBLEM}
            return self.json({"errors": [wrong], "meta": {"summary": {"invalid": 1}}}, status=201)
        self.rules += added
        return self.json({"data": added, "meta": {"sent": _written(clock.now())}}, status=201)


def _answered(post: Mapping[str, Any]) -> str:
    return str(next(iter(post.get("referenced_tweets", ())), {}).get("id", ""))


def _without_marks(post: Mapping[str, Any]) -> Post:
    return {name: each for name, each in post.items() if not name.startswith("_")}


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encoded(pair: str) -> str:
    return base64.b64encode(pair.encode()).decode("ascii")


COUNTERPART = XCounterpart
