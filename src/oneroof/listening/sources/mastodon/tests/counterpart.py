"""A server that speaks Mastodon's API, written from docs.joinmastodon.org (methods/timelines, statuses,
accounts, search, notifications, instance; entities/Status; api/rate-limits) and app/lib/mastodon/snowflake.rb."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.base import Target
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

TOKEN = "the-token-of-our-account"
HOST = "far.example"
WORDS = {401: "The access token is invalid", 404: "Record not found", 429: "Too many requests"}
LATEST = moment(600)


class MastodonCounterpart(HttpCounterpart):
    key = "mastodon"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {}
    cannot_answer: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.listen_to: dict[str, Any] = {"listen_to": "hashtag", "query": "#brumi"}
        self.visibility = "public"
        self.spoiler_text = ""
        self.challenge = ""
        self.ours: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self._by_key: dict[str, dict[str, Any]] = {}
        self._written: dict[str, datetime] = {}

    def settings(self) -> dict[str, Any]:
        return {"instance": self.web.url(""), "access_token": TOKEN, **self.listen_to}

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        self._written |= {each.id: each.at for each in posts}

    def external_id(self, said_id: str) -> str:
        """A status has the id of the time at which it was written, or came here if that lies ahead."""
        at = self._written.get(said_id, moment(int(said_id)))
        if at > LATEST:
            at = moment(300 + int(said_id))
        return str((int(at.timestamp() * 1000) << 16) + int(said_id))

    def target(self, said: Said) -> Target:
        plain = super().target(said)
        return Target(
            external_id=plain.external_id,
            author_handle=f"{said.author}@{HOST}",
            text=said.text,
            said_at=said.at,
            thread_external_id=plain.thread_external_id,
        )

    def standing(self) -> Sequence[Ours]:
        """Without the mention of whom they answer, which each must begin with."""
        return [
            Ours(
                id=each["id"],
                to=each["in_reply_to_id"],
                text=re.sub(r"^@mia@far\.example ", "", each["_text"], count=1),
            )
            for each in self.ours
            if each["_text"].startswith("@mia@far.example ")
        ]

    def refusal(self, day: BadDay) -> bytes:
        status = STATUS[day]
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        return answer(json.dumps({"error": WORDS.get(status, "Not today")}), status=status, headers=headers)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        path, query = unquote(parts.path), {name: each[-1] for name, each in parse_qs(parts.query).items()}
        if asked.headers.get("authorization") not in {None, f"Bearer {TOKEN}"}:
            return self.refusal(BadDay.UNAUTHORIZED)
        for pattern, serve in self._routes().items():
            if found := re.fullmatch(pattern, f"{asked.method} {path}"):
                shown = serve(asked, query, *found.groups())
                return self.json(shown) if shown is not None else self.refusal(BadDay.NOT_FOUND)
        return self.refusal(BadDay.NOT_FOUND)

    def _routes(self) -> dict[str, Callable[..., Any]]:
        return {
            r"GET /api/v2/instance": self._instance,
            r"GET /api/v1/timelines/tag/brumi": lambda _asked, query: self._paged(self._statuses(), query),
            r"GET /api/v1/timelines/public": lambda _asked, query: self._paged(self._statuses(), query),
            r"GET /api/v2/search": lambda _asked, query: {"statuses": self._paged(self._statuses(), query)},
            r"GET /api/v1/notifications": self._notifications,
            r"GET /api/v1/accounts/lookup": lambda _asked, query: self.account(query["acct"]),
            r"GET /api/v1/accounts/verify_credentials": lambda _asked, _query: self.account("brumi"),
            r"GET /api/v1/accounts/mia/statuses": lambda _asked, query: self._paged(self._statuses(), query),
            r"GET /api/v1/statuses/(\w+)": lambda _asked, _query, wanted: self._by_id().get(wanted),
            r"GET /api/v1/statuses/(\w+)/context": self._context,
            r"POST /api/v1/statuses": self._post,
            r"POST /api/v1/apps": self._app,
            r"POST /oauth/token": self._token,
        }

    def account(self, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "acct": name if name == "brumi" else f"{name}@{HOST}",
            "display_name": name.title(),
            "url": f"https://{HOST}/@{name}",
            "followers_count": 12,
        }

    def status(self, said: Said) -> dict[str, Any]:
        return {
            "id": self.external_id(said.id),
            "account": self.account(said.author),
            "content": _as_html(said.text),
            "created_at": said.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "edited_at": said.edited_at.isoformat() if said.edited_at else None,
            "in_reply_to_id": self.external_id(said.parent) if said.parent else None,
            "visibility": self.visibility,
            "spoiler_text": self.spoiler_text,
            "sensitive": bool(self.spoiler_text),
            "language": None,
            "url": f"https://{HOST}/@{said.author}/{said.id}",
            "reblogs_count": 2,
            "favourites_count": 3,
            "media_attachments": [],
            "reblog": None,
            "poll": None,
        }

    def _statuses(self) -> list[dict[str, Any]]:
        return [self.status(each) for each in self.posts if not each.deleted]

    def _by_id(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in (*self._statuses(), *self.ours)}

    def _paged(self, statuses: Sequence[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
        newest_first = sorted(statuses, key=lambda each: int(each["id"]), reverse=True)
        before = int(query.get("max_id") or 2**63)
        return [each for each in newest_first if int(each["id"]) < before][
            : min(int(query["limit"]), self.page)
        ]

    def _notifications(self, asked: Asked, query: Mapping[str, str]) -> list[dict[str, Any]]:
        told = [
            {"id": str(number), "type": "mention", "created_at": each["created_at"], "status": each}
            for number, each in enumerate(self._statuses(), start=1)
        ]
        return self._paged(told, query)

    def _context(self, asked: Asked, query: Mapping[str, str], wanted: str) -> dict[str, Any] | None:
        known = self._by_id()
        if wanted not in known:
            return None
        above, at = [], known[wanted]
        while at := known.get(at["in_reply_to_id"] or ""):
            above.insert(0, at)
        below, frontier = [], {wanted}
        while found := [each for each in known.values() if each["in_reply_to_id"] in frontier]:
            below += found
            frontier = {each["id"] for each in found}
        return {"ancestors": above, "descendants": below}

    def _post(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any]:
        sent = json.loads(asked.body)
        key = asked.headers["idempotency-key"]
        self.sent.append(sent)
        if key not in self._by_key:
            status = self.status(Said(id=str(9_000 + len(self.ours)), text=sent["status"], at=moment(90)))
            status |= {"account": self.account("brumi"), "in_reply_to_id": sent["in_reply_to_id"]}
            status |= {"visibility": sent["visibility"], "_text": sent["status"]}
            self._by_key[key] = status
            self.ours.append(status)
        return self._by_key[key]

    def _app(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any]:
        return {"client_id": "we", "client_secret": "our-app-secret", **json.loads(asked.body)}

    def agree(self, url: str) -> str:
        """A person agrees at ``/oauth/authorize``: the address that they are sent back to."""
        asked = {name: each[-1] for name, each in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", "we")
        assert asked["code_challenge_method"] == "S256"
        self.challenge = asked["code_challenge"]
        return f"{asked['redirect_uri']}?code=the-code&state={asked['state']}"

    def _token(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any] | None:
        sent = json.loads(asked.body)
        verified = hashlib.sha256(sent["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(verified).rstrip(b"=").decode()
        if (sent["code"], sent["client_secret"], proof) != ("the-code", "our-app-secret", self.challenge):
            return None
        return {"access_token": TOKEN, "token_type": "Bearer", "scope": sent["scope"]}

    def _instance(self, asked: Asked, query: Mapping[str, str]) -> dict[str, Any]:
        return {"configuration": {"statuses": {"max_characters": 500, "characters_reserved_per_url": 23}}}


def _as_html(text: str) -> str:
    """As the server formats plain text: escaped, paragraphs, mentions shown without their server."""
    shown = re.sub(
        r"@(\w+)@[\w.]+", r'<span class="h-card"><a href="#">@<span>\1</span></a></span>', html.escape(text)
    )
    return "".join(f"<p>{piece.replace(chr(10), '<br />')}</p>" for piece in shown.split("\n\n"))


COUNTERPART = MastodonCounterpart
