"""A server that speaks Reddit's API: paths and parameters from www.reddit.com/dev/api, fields from
github.com/reddit-archive/reddit/wiki/JSON, tokens from .../wiki/OAuth2, headers from .../wiki/API, refusals of
comments from r2/controllers/api.py (*POST_comment*) and r2/lib/errors.py of the archived source.

A post without a parent is a ``t3`` where it fits into a title; longer ones, as answers, are comments.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.base import Target
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

US = "brumi"
REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET = "the-refresh-token", "our-app", "our-app-secret"
ROOT = "t3_root"
"""The link below which long posts are comments."""
TITLE_LIMIT = 300
NO_WORDS = "[deleted]"
WORDS = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests"}


class RedditCounterpart(HttpCounterpart):
    key = "reddit"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {}
    cannot_answer: ClassVar[Mapping[str, str]] = {}
    quota: ClassVar[Mapping[str, str]] = {
        "X-Ratelimit-Used": "4",
        "X-Ratelimit-Remaining": "996.0",
        "X-Ratelimit-Reset": "412",
    }

    def __init__(self) -> None:
        super().__init__()
        self.listen_to: dict[str, Any] = {"listen_to": "subreddit", "subreddit": "r/kettles"}
        self.account: dict[str, str] = {"refresh_token": REFRESH_TOKEN}
        self.ours: list[dict[str, Any]] = []
        self.forms: list[dict[str, str]] = []
        self.ended: set[str] = set()
        self.tokens = 0
        self.shown_at_most = 1_000
        self.lags: set[str] = set()
        self.errors: list[list[str]] = []
        self.about: dict[str, Any] = {}
        self._kinds: dict[str, str] = {}

    def settings(self) -> dict[str, Any]:
        here = self.web.url("")
        app = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return {"site": here, "api": here, **app, **self.account, **self.listen_to}

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        for each in posts:
            self._kinds.setdefault(each.id, "t1" if each.parent or len(each.text) > TITLE_LIMIT else "t3")

    def external_id(self, said_id: str) -> str:
        return f"{self._kinds.get(said_id, 't3')}_{_base36(int(said_id))}"

    def target(self, said: Said) -> Target:
        plain = super().target(said)
        return Target(
            external_id=plain.external_id,
            author_handle=said.author,
            text=said.text,
            said_at=said.at,
            thread_external_id=self.link_of(said),
        )

    def link_of(self, said: Said) -> str:
        known = {each.id: each for each in self.posts}
        while said.parent in known:
            said = known[said.parent or ""]
        own = self.external_id(said.id)
        return own if own.startswith("t3_") else ROOT

    def standing(self) -> Sequence[Ours]:
        return [Ours(id=each["name"], to=each["parent_id"], text=each["body"]) for each in self.ours]

    def is_write(self, asked: Asked) -> bool:
        return asked.path.startswith("/api/comment")

    def refusal(self, day: BadDay) -> bytes:
        status = STATUS[day]
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        told = {"message": WORDS.get(status, "Internal Server Error"), "error": status}
        return answer(json.dumps(told), status=status, headers=headers)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        path, query = unquote(parts.path), _last(parts.query)
        assert asked.headers["user-agent"].startswith("server:oneroof:")
        if path == "/api/v1/access_token":
            return self._token(asked)
        if asked.headers.get("authorization") != f"Bearer token-{self.tokens}" or self.tokens in self.ended:
            return self.refusal(BadDay.UNAUTHORIZED)
        assert query.get("raw_json") == "1" or asked.method == "POST"
        for pattern, serve in self._routes().items():
            if found := re.fullmatch(pattern, f"{asked.method} {path}"):
                shown = serve(asked, query, *found.groups())
                if shown is not None:
                    return self.json(shown, headers=self.quota)
        return self.refusal(BadDay.NOT_FOUND)

    def _routes(self) -> dict[str, Callable[..., Any]]:
        return {
            r"GET /r/kettles/new": lambda _asked, query: self._listing(self._things("t3"), query),
            r"GET /r/kettles/comments": lambda _asked, query: self._listing(self._things("t1"), query),
            r"GET (?:/r/kettles)?/search": lambda _asked, query: self._listing(self._things("t3"), query),
            r"GET /message/inbox": self._inbox,
            r"GET /api/info": self._info,
            r"GET /api/v1/me": lambda _asked, _query: {"name": US.title(), "id": "us"},
            r"GET /user/(\w+)/comments": self._said_by,
            r"GET /comments/(\w+)": self._thread,
            r"POST /api/comment": self._comment,
        }

    def thing(self, said: Said) -> dict[str, Any]:
        name = self.external_id(said.id)
        told = {
            "id": name[3:],
            "name": name,
            "author": NO_WORDS if said.deleted else said.author,
            "created_utc": said.at.timestamp(),
            "edited": said.edited_at.timestamp() if said.edited_at else False,
            "permalink": f"/r/kettles/comments/{name[3:]}/",
            "score": 3,
            "subreddit": "kettles",
            "locked": False,
            "archived": False,
        }
        if name.startswith("t1_"):
            parent = self.external_id(said.parent) if said.parent else ROOT
            body = NO_WORDS if said.deleted else said.text
            told |= {"parent_id": parent, "link_id": self.link_of(said), "replies": ""}
            return told | {"body": body, "body_html": _as_html(body)}
        gone = "deleted" if said.deleted else None
        words = {"title": said.text, "selftext": NO_WORDS if gone else "", "selftext_html": None}
        told |= {"is_self": True, "num_crossposts": 2, "removed_by_category": gone, **words}
        return told | self.about

    def _things(self, kind: str) -> list[dict[str, Any]]:
        """As a listing shows them: the newest first, without those that are gone."""
        things = [self.thing(each) for each in self.posts if not each.deleted]
        newest = sorted(things, key=lambda each: (each["created_utc"], each["id"]), reverse=True)
        return [each for each in newest if each["name"].startswith(kind)][: self.shown_at_most]

    def _all(self) -> dict[str, dict[str, Any]]:
        root = self.thing(Said(id="0", text="Kettles", at=moment())) | {"name": ROOT, "id": ROOT[3:]}
        known = {ROOT: root} | {each["name"]: each for each in map(self.thing, self.posts)}
        return known | {each["name"]: each for each in self.ours}

    def _listing(self, things: Sequence[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
        start = next((n for n, each in enumerate(things, 1) if each["name"] == query.get("after")), 0)
        shown = things[start : start + min(int(query["limit"]), self.page)]
        is_more = bool(shown) and start + len(shown) < len(things)
        return _listing_of(shown, after=shown[-1]["name"] if is_more else None)

    def _inbox(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any]:
        """Comments that answer or mention us, and private messages (``t4``)."""
        told = self._listing(self._things("t1"), query)
        told["data"]["children"].append({"kind": "t4", "data": {"id": "9", "author": "mia", "body": "psst"}})
        return told

    def _info(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any]:
        names = query["id"].split(",")
        assert len(names) <= 100
        known = self._all()
        return _listing_of([known[name] for name in names if name in known])

    def _said_by(self, asked: Asked, query: Mapping[str, str], name: str) -> dict[str, Any] | None:
        mine = [] if "list" in self.lags else list(reversed(self.ours))[: self.shown_at_most]
        return self._listing(mine, query) if name.lower() == US else None

    def _thread(self, asked: Asked, query: Mapping[str, str], link: str) -> list[Any] | None:
        known = self._all()
        if f"t3_{link}" not in known:
            return None
        focus = known.get(f"t1_{query['comment']}") if "comment" in query else None
        top = [focus] if focus else [e for e in known.values() if e.get("parent_id") == f"t3_{link}"]
        for _step in range(int(query.get("context", 0))):
            above = known.get(top[0]["parent_id"], {})
            top = [above] if str(above.get("name", "")).startswith("t1_") else top
        depth = int(query.get("depth", 10))
        return [_listing_of([known[f"t3_{link}"]]), self._tree(top, known, depth)]

    def _tree(self, things: Sequence[dict[str, Any]], known: Mapping[str, Any], depth: int) -> dict[str, Any]:
        shown = []
        for each in things:
            below = [child for child in known.values() if child.get("parent_id") == each["name"]]
            is_deep = bool(below) and depth > 1
            shown.append(each | {"replies": self._tree(below, known, depth - 1) if is_deep else ""})
        if "thread" in self.lags:
            shown = [each for each in shown if each["author"].lower() != US]
        return _listing_of(shown)

    def _comment(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any]:
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        form = _last(asked.body.decode())
        self.forms.append(form)
        if self.errors:
            return {"json": {"errors": self.errors, "ratelimit": 540.0}}
        said = Said(id=str(90_000 + len(self.ours)), text=form["text"], at=moment(90), author=US.title())
        self._kinds[said.id] = "t1"
        parent = self._all()[form["thing_id"]]
        told = self.thing(said) | {
            "parent_id": parent["name"],
            "link_id": parent.get("link_id", parent["name"]),
        }
        self.ours.append(told)
        return {"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": told}]}}}

    def _token(self, asked: Asked) -> bytes:
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        form = _last(asked.body.decode())
        self.forms.append(form)
        if asked.headers["authorization"] != f"Basic {pair}":
            return self.refusal(BadDay.UNAUTHORIZED)
        taken = {
            "refresh_token": form.get("refresh_token") == REFRESH_TOKEN,
            "password": (form.get("username"), form.get("password")) == (US, "pass"),
            "authorization_code": form.get("code") == "the-code",
            "client_credentials": True,
        }
        if not taken[form["grant_type"]]:
            return self.json({"error": "invalid_grant"}, status=400)
        self.tokens += 1
        told = {"access_token": f"token-{self.tokens}", "token_type": "bearer", "expires_in": 86_400}
        is_new = form["grant_type"] == "authorization_code"
        return self.json(told | {"scope": "*"} | ({"refresh_token": REFRESH_TOKEN} if is_new else {}))


def _listing_of(things: Sequence[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    children = [{"kind": each["name"][:2], "data": each} for each in things]
    return {"kind": "Listing", "data": {"after": after, "before": None, "children": children}}


def _last(written: str) -> dict[str, str]:
    return {name: each[-1] for name, each in parse_qs(written, keep_blank_values=True).items()}


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


def _as_html(markdown: str) -> str:
    """Paragraphs and links, as far as the tests write them."""
    linked = re.sub(r"\[([^]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', html.escape(markdown))
    return '<div class="md">' + "".join(f"<p>{piece}</p>\n" for piece in linked.split("\n\n")) + "</div>"


COUNTERPART = RedditCounterpart
