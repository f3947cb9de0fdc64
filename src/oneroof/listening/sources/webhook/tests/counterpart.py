"""A system that pushes signed messages to us and takes our signed replies."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from oneroof.core import clock
from oneroof.core.testing.web import Asked, answer
from oneroof.core.webhooks import ReceiptRefusedError, new_secret, signed_headers, verified_id
from oneroof.listening.sources.tests.contract import BadDay, Ours, Said
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart

IT_CALLS_US = "the other system calls us: there is no answer of its own that could go wrong"
SECRET = new_secret()


class WebhookCounterpart(HttpCounterpart):
    key = "webhook"
    page = 5
    cannot_hear = {
        BadDay.FORBIDDEN: IT_CALLS_US,
        BadDay.NOT_FOUND: IT_CALLS_US,
        BadDay.CONFLICT: IT_CALLS_US,
        BadDay.THROTTLED: IT_CALLS_US,
        BadDay.THROTTLED_UNTIL: IT_CALLS_US,
        BadDay.BROKEN: IT_CALLS_US,
        BadDay.HANGS: IT_CALLS_US,
        BadDay.HANGS_AFTER: IT_CALLS_US,
        BadDay.HANGS_UP: IT_CALLS_US,
        "back_off": "there is nothing to ask, so there is no pace to slow down",
    }

    def settings(self) -> dict[str, Any]:
        return {"secret": SECRET, "reply_url": self.web.url("/replies"), "takes_once": True}

    # Hearing: each page is a message

    def messages(self) -> Iterator[tuple[Mapping[str, str], bytes]]:
        for start in range(0, max(1, len(self.posts)), self.page):
            yield self._message([self._shown(each) for each in self.posts[start : start + self.page]])

    def _message(self, shown: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, str], bytes]:
        posts = {"posts": shown}
        body = self.json(posts).partition(b"\r\n\r\n")[2]
        if self._reads is BadDay.NONSENSE:
            body = b'{"half": ['
        is_known = self._reads not in {BadDay.UNAUTHORIZED, BadDay.REVOKED}
        secret = SECRET if is_known else new_secret()
        return signed_headers(secret, f"msg_{uuid4().hex}", clock.now(), body), body

    @staticmethod
    def _shown(each: Said) -> Mapping[str, Any]:
        return {
            "external_id": each.id,
            "author_handle": each.author,
            "text": each.text,
            "created_at": each.at.isoformat(),
            "parent_id": each.parent,
            "edited_at": each.edited_at.isoformat() if each.edited_at else None,
            "deleted": each.deleted,
        }

    # Answering: a receiver that takes each webhook-id once

    def __init__(self) -> None:
        super().__init__()
        self._taken: dict[str, Mapping[str, Any]] = {}

    def answer_to(self, asked: Asked) -> bytes:
        try:
            message_id = verified_id([SECRET], asked.headers, asked.body, now=clock.now())
        except ReceiptRefusedError as refusal:
            return answer(refusal.reason, status=refusal.status)
        self._taken.setdefault(message_id, json.loads(asked.body)["data"])
        return answer(status=204)

    def standing(self) -> Sequence[Ours]:
        return [
            Ours(id=each["id"], to=each["in_reply_to"], text=each["text"])
            for each in list(self._taken.values())
        ]


COUNTERPART = WebhookCounterpart
