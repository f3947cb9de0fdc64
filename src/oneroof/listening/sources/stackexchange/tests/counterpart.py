"""A server that speaks the Stack Exchange API 2.3, written from api.stackexchange.com/docs: types/question,
answer, comment; wrapper; paging; throttle; error-handling; compression (every answer comes in gzip).

What is said here without a parent is a question, below a question an answer, below an answer a comment. Deleted
posts are not shown at all. A question's ``last_activity_date`` is its own, its edit's or its newest answer's.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Said
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart, with_unknown_fields

KEY = "our-key-of-stackapps"
ERRORS = {
    BadDay.UNAUTHORIZED: (401, "access_token_required", "a token is needed"),
    BadDay.REVOKED: (402, "invalid_access_token", "the key is not valid"),
    BadDay.FORBIDDEN: (403, "access_denied", "not allowed"),
    BadDay.NOT_FOUND: (404, "no_method", "there is no such method"),
    BadDay.CONFLICT: (400, "bad_parameter", "site"),
    BadDay.THROTTLED: (502, "throttle_violation", "too many requests from this IP"),
    BadDay.THROTTLED_UNTIL: (
        502,
        "throttle_violation",
        f"too many requests from this IP, more requests available in {RETRY_AFTER} seconds",
    ),
    BadDay.BROKEN: (500, "internal_error", "something broke"),
}


class StackExchangeCounterpart(HttpCounterpart):
    key = "stackexchange"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {
        "a_parent_after_its_child": "an answer is found by its question, so it is never heard before it",
    }

    def __init__(self) -> None:
        super().__init__()
        self.backoff = 0
        self.quota = 9_000

    def settings(self) -> dict[str, Any]:
        return {"address": self.web.url("/2.3"), "site": "cooking", "tags": "kettle", "key": KEY}

    def external_id(self, said_id: str) -> str:
        each = self._by_id().get(said_id)
        return f"{self._letter(each) if each else 'q'}{said_id}"

    def refusal(self, day: BadDay) -> bytes:
        number, name, words = ERRORS[day]
        status = 500 if day is BadDay.BROKEN else 400
        return self._packed({"error_id": number, "error_name": name, "error_message": words}, status=status)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        query = {name: each[-1] for name, each in parse_qs(parts.query).items()}
        assert query["site"] == "cooking"
        _version, kind, *rest = parts.path.strip("/").split("/")
        ids = rest[0].split(";") if rest and rest[0][0].isdigit() else None
        return self._wrapped(self._shown(kind, ids, rest[-1] if rest else "", query), query)

    def _shown(
        self, kind: str, ids: Sequence[str] | None, of: str, query: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        there = [self._entry(each) for each in self.posts if not each.deleted]
        if ids is None:
            assert query.get("tagged") == "kettle"
            return [each for each in there if "question_id" in each and "answer_id" not in each]
        if of == "answers":
            return [each for each in there if "answer_id" in each and str(each["question_id"]) in ids]
        if of == "comments":
            return [each for each in there if "comment_id" in each and str(each["post_id"]) in ids]
        field = {"questions": "question_id", "answers": "answer_id", "comments": "comment_id"}[kind]
        own = [each for each in there if str(each.get(field)) in ids]
        return [each for each in own if kind != "questions" or "answer_id" not in each]

    def _wrapped(self, entries: Sequence[dict[str, Any]], query: Mapping[str, str]) -> bytes:
        field = "creation_date" if query.get("sort") == "creation" else "last_activity_date"
        at = {id(each): each.get(field, each["creation_date"]) for each in entries}
        low, high = int(query.get("min", 0)), int(query.get("max", 2**40))
        kept = sorted(
            (each for each in entries if low <= at[id(each)] <= high),
            key=lambda each: at[id(each)],
            reverse=query.get("order") != "asc",
        )
        size, page = min(int(query["pagesize"]), self.page), int(query.get("page", 1))
        shown = {
            "items": kept[(page - 1) * size : page * size],
            "has_more": len(kept) > page * size,
            "quota_max": 10_000,
            "quota_remaining": self.quota,
        }
        return self._packed({**shown, **({"backoff": self.backoff} if self.backoff else {})})

    def _packed(self, shown: Any, *, status: int = 200) -> bytes:
        told = with_unknown_fields(shown) if self._has_unknown_fields else shown
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
        packed = gzip.compress(json.dumps(told).encode(), compresslevel=1)
        return answer(packed, status=status, headers=headers)

    def _entry(self, each: Said) -> dict[str, Any]:
        known: dict[str, Any] = {
            "owner": {"user_id": 7, "display_name": each.author, "user_type": "registered"},
            "creation_date": int(each.at.timestamp()),
            "score": 3,
            "body": f"<p>{escape(each.text)}</p>\n",
        }
        number, letter = int(each.id), self._letter(each)
        if letter == "c":
            return {**known, "comment_id": number, "post_id": int(each.parent or 0), "edited": False}
        edited = {"last_edit_date": int(each.edited_at.timestamp())} if each.edited_at else {}
        known |= {"last_activity_date": self._active(each), **edited}
        if letter == "a":
            return {**known, "answer_id": number, "question_id": int(each.parent or 0), "is_accepted": False}
        link = f"https://cooking.stackexchange.com/questions/{number}/kettle"
        return {
            **known,
            "question_id": number,
            "title": escape(each.text[:150]),
            "tags": ["kettle"],
            "link": link,
            "answer_count": sum(1 for other in self.posts if other.parent == each.id),
        }

    def _active(self, each: Said) -> int:
        below = [other.at for other in self.posts if other.parent == each.id and self._letter(other) == "a"]
        return int(max([each.at, each.edited_at or each.at, *below]).timestamp())

    def _letter(self, each: Said) -> str:
        if each.parent is None:
            return "q"
        above = self._by_id().get(each.parent)
        return "a" if above is None or above.parent is None else "c"

    def _by_id(self) -> dict[str, Said]:
        return {each.id: each for each in self.posts}


COUNTERPART = StackExchangeCounterpart
