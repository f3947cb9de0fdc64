"""A server that speaks Discourse's API: docs.discourse.org and, where it says too little, the source of Discourse
(app/controllers/posts_controller.rb, topics_controller.rb, search_controller.rb, application_controller.rb
*render_json_error*; app/serializers/post_serializer.rb, web_hook_post_serializer.rb, pending_post_serializer.rb;
lib/validators/post_validator.rb; app/jobs/regular/emit_web_hook_event.rb).

All is said in one topic, whose first post is of long ago, beyond what ``/posts.json`` shows.
"""

import hashlib
import hmac
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from wcwidth import iter_graphemes

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.discourse.cooked import PICTOGRAM
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

US, KEY, SECRET = "brumi", "the-key-of-our-user", "a-webhook-secret"
TOPIC, TITLE = 7, "Kettles that leak"
FIRST_ID = 3
WORDS = {
    403: ("invalid_access", "You are not permitted to view the requested resource."),
    404: ("not_found", "The requested URL or resource could not be found."),
    429: ("rate_limit", "You’ve performed this action too many times, please try again later."),
}
TWICE = "Body is too similar to what you recently posted"


class DiscourseCounterpart(HttpCounterpart):
    key = "discourse"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {}
    cannot_answer: ClassVar[Mapping[str, str]] = {}
    is_staff = False

    def __init__(self) -> None:
        super().__init__()
        self.listen_to: dict[str, Any] = {"listen_to": "latest"}
        self.ours: list[dict[str, Any]] = []
        self.pending: list[dict[str, Any]] = []
        self.is_moderated = False
        self.is_closed = False
        self.errors: list[str] = []
        self.about: dict[str, Any] = {}
        self._said_lately: set[str] = set()
        self._memory: dict[str, tuple[dict[str, Any], int]] = {}

    def settings(self) -> dict[str, Any]:
        keys = {"username": US, "api_key": KEY, "webhook_secret": SECRET}
        return {"forum": self.web.url(""), **keys, **self.listen_to}

    def external_id(self, said_id: str) -> str:
        return f"{TOPIC}/{int(said_id) + 1}"

    def standing(self) -> Sequence[Ours]:
        return [
            Ours(id=_id_of(each), to=f"{TOPIC}/{each['reply_to_post_number']}", text=each["raw"])
            for each in self.ours
        ]

    def minutes_pass(self) -> None:
        self._said_lately, self._memory = set(), {}

    def messages(self) -> Iterator[tuple[Mapping[str, str], bytes]]:
        for said in self.posts:
            yield self.message({"post": self.post(said) | {"topic_archetype": "regular"}})

    def message(
        self, told: Mapping[str, Any], event: str = "post_created"
    ) -> tuple[Mapping[str, str], bytes]:
        body = json.dumps(told).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "X-Discourse-Instance": self.web.url(""),
            "X-Discourse-Event-Id": "17",
            "X-Discourse-Event-Type": "post",
            "X-Discourse-Event": event,
            "X-Discourse-Event-Signature": f"sha256={signature}",
        }
        return headers, body

    def refusal(self, day: BadDay) -> bytes:
        status = 403 if day is BadDay.REVOKED else STATUS[day]
        kind, words = WORDS.get(status, ("other", "Not today."))
        told: dict[str, Any] = {"errors": [words], "error_type": kind}
        if day is BadDay.THROTTLED_UNTIL:
            told["extras"] = {"wait_seconds": RETRY_AFTER, "time_left": "15 minutes"}
        return answer(json.dumps(told), status=status, headers={"Content-Type": "application/json"})

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        who = (asked.headers.get("api-key"), asked.headers.get("api-username"))
        if who not in {(KEY, US), (None, None)}:
            return self.refusal(BadDay.FORBIDDEN)
        for pattern, serve in self._routes().items():
            if found := re.fullmatch(pattern, f"{asked.method} {path}"):
                shown = serve(asked, query, *found.groups())
                if isinstance(shown, tuple):
                    return self.json(shown[0], status=shown[1])
                return self.json(shown) if shown is not None else self.refusal(BadDay.NOT_FOUND)
        return self.refusal(BadDay.NOT_FOUND)

    def _routes(self) -> dict[str, Callable[..., Any]]:
        return {
            r"GET /posts\.json": self._latest,
            r"GET /posts/by_number/7/(\d+)\.json": lambda _a, _q, number: self._one(post_number=int(number)),
            r"GET /posts/(\d+)\.json": lambda _a, _q, wanted: self._one(id=int(wanted)),
            r"GET /posts/(\d+)/replies\.json": self._replies,
            rf"GET /posts/{US}/pending\.json": lambda _a, _q: {"pending_posts": self.pending},
            r"GET /t/7\.json": self._topic,
            r"GET /t/7/posts\.json": self._chunk,
            r"GET /search\.json": self._search,
            r"GET /session/current\.json": self._session,
            r"POST /posts\.json": self._post,
        }

    def post(self, said: Said) -> dict[str, Any]:
        return {
            **self._made(int(said.id) + 10, int(said.id) + 1, said.author, said.text, said.at),
            "reply_to_post_number": int(said.parent) + 1 if said.parent else None,
            "updated_at": _written(said.edited_at or said.at),
            "version": 2 if said.edited_at else 1,
            "deleted_at": _written(moment(90)) if said.deleted else None,
            **self.about,
        }

    def _made(self, post_id: int, number: int, author: str, raw: str, at: datetime) -> dict[str, Any]:
        return {
            "id": post_id,
            "topic_id": TOPIC,
            "topic_slug": "kettles-that-leak",
            "post_number": number,
            "post_type": 1,
            "username": author,
            "name": author.title(),
            "raw": raw,
            "cooked": as_cooked(raw),
            "created_at": _written(at),
            "actions_summary": [{"id": 2, "count": 3}],
            "hidden": False,
            "user_deleted": False,
        }

    def _first(self) -> dict[str, Any]:
        made = self._made(FIRST_ID, 1, "system", "What do you do about it?", moment(-900))
        return {**made, "reply_to_post_number": None, "version": 1}

    def _all(self) -> list[dict[str, Any]]:
        """What one sees in the topic, in its order."""
        said = {each.id: self.post(each) for each in self.posts if not each.deleted}
        return sorted([self._first(), *said.values(), *self.ours], key=lambda each: int(each["id"]))

    def _latest(self, asked: Asked, query: Mapping[str, list[str]]) -> dict[str, Any]:
        before = int(query.get("before", ["0"])[0]) or 2**31
        shown = [each for each in reversed(self._all()[1:]) if each["id"] < before]
        return {"latest_posts": shown[: self.page]}

    def _one(self, **wanted: int) -> dict[str, Any] | None:
        ((name, value),) = wanted.items()
        return next((each for each in self._all() if each[name] == value), None)

    def _replies(
        self, asked: Asked, query: Mapping[str, list[str]], wanted: str
    ) -> list[dict[str, Any]] | None:
        if (post := self._one(id=int(wanted))) is None:
            return None
        after = int(query["after"][0])
        below = [each for each in self._all() if each["reply_to_post_number"] == post["post_number"]]
        return [_without_raw(each) for each in below if each["post_number"] > after][:20]

    def _topic(self, asked: Asked, query: Mapping[str, list[str]]) -> dict[str, Any]:
        posts = self._all()
        stream = {"posts": posts[:20], "stream": [each["id"] for each in posts]}
        return {
            "id": TOPIC,
            "title": TITLE,
            "closed": self.is_closed,
            "archived": False,
            "post_stream": stream,
        }

    def _chunk(self, asked: Asked, query: Mapping[str, list[str]]) -> dict[str, Any]:
        wanted = {int(each) for each in query["post_ids[]"]}
        assert len(wanted) <= 20
        return {"post_stream": {"posts": [each for each in self._all() if each["id"] in wanted]}}

    def _search(self, asked: Asked, query: Mapping[str, list[str]]) -> dict[str, Any]:
        """Fifty a page, each with a blurb and not with its words."""
        assert " order:latest after:" in query["q"][0]
        page = int(query["page"][0])
        found = list(reversed(self._all()[1:]))
        shown = found[(page - 1) * self.page : page * self.page]
        posts = [{"id": each["id"], "blurb": "…", "post_number": each["post_number"]} for each in shown]
        more = {"more_full_page_results": page * self.page < len(found) or None}
        return {"posts": posts, "topics": [{"id": TOPIC, "title": TITLE}], "grouped_search_result": more}

    def _session(self, asked: Asked, query: Mapping[str, list[str]]) -> dict[str, Any] | None:
        return (
            {"current_user": {"id": 5, "username": US, "name": "Brumi Care"}}
            if asked.headers.get("api-key")
            else None
        )

    def _post(self, asked: Asked, query: Mapping[str, list[str]]) -> tuple[dict[str, Any], int]:
        """The same request again within two minutes is answered as the first was."""
        signature = asked.body.decode()
        if signature not in self._memory:
            self._memory[signature] = self._created(json.loads(signature))
        return self._memory[signature]

    def _created(self, sent: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        assert sent["topic_id"] == TOPIC
        words = re.sub(r"\s+", "", sent["raw"]).lower()
        if not self.is_staff and words in self._said_lately:
            return {"action": "create_post", "errors": [TWICE]}, 422
        if self.errors:
            return {"action": "create_post", "errors": self.errors}, 422
        self._said_lately.add(words)
        if self.is_moderated:
            self.pending.append({"id": 1, "topic_id": TOPIC, "raw_text": sent["raw"], "username": US})
            return {"success": True, "action": "enqueued", "pending_count": 1}, 200
        number = 90_000 + len(self.ours)
        made = self._made(number, number, US, sent["raw"].strip(), moment(90))
        self.ours.append({**made, "reply_to_post_number": sent["reply_to_post_number"], "version": 1})
        return _without_raw(self.ours[-1]), 200


def _without_raw(post: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in post.items() if name != "raw"}


def _id_of(post: Mapping[str, Any]) -> str:
    return f"{post['topic_id']}/{post['post_number']}"


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def as_cooked(raw: str) -> str:
    """Paragraphs, and emoji as pictures with their names."""
    shown = "".join(
        _as_picture(each) if PICTOGRAM.search(each) else html.escape(each) for each in iter_graphemes(raw)
    )
    return "".join(f"<p>{piece.replace(chr(10), '<br>')}</p>" for piece in shown.split("\n\n"))


def _as_picture(emoji: str) -> str:
    name = "_".join(f"{ord(each):x}" for each in emoji)
    return f'<img src="/images/emoji/{name}.png?v=12" title=":{name}:" class="emoji" alt=":{name}:">'


COUNTERPART = DiscourseCounterpart
