"""What the stand-ins of Meta's networks share: errors as its reference writes them, edges in pages.

developers.facebook.com/docs/graph-api/guides/error-handling (codes, subcodes), …/results (paging),
…/overview/rate-limiting (X-Business-Use-Case-Usage, estimated_time_to_regain_access in minutes).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart

TOKEN = "the-token-of-our-account"
PERSON = "the-long-lived-token-of-a-person"
APP_ID, APP_SECRET = "4711", "the-secret-of-our-app"
CODE = "the-code"
FAULTS: Mapping[BadDay, tuple[int, int, int, str]] = {
    BadDay.UNAUTHORIZED: (401, 190, 463, "Error validating access token: Session has expired."),
    BadDay.REVOKED: (400, 190, 458, "The user has not authorized the application."),
    BadDay.FORBIDDEN: (403, 200, 0, "(#200) Permissions error"),
    BadDay.NOT_FOUND: (400, 100, 33, "Unsupported get request. Object with ID does not exist."),
    BadDay.CONFLICT: (400, 368, 0, "The action attempted has been deemed abusive or is otherwise disallowed"),
    BadDay.THROTTLED: (403, 4, 0, "(#4) Application request limit reached"),
    BadDay.THROTTLED_UNTIL: (400, 32, 0, "(#32) Page request limit reached"),
    BadDay.BROKEN: (500, 2, 0, "An unexpected error has occurred. Please retry your request later."),
}


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


class MetaCounterpart(HttpCounterpart):
    """Subclasses serve paths below the version: ``serve_path(method, path, query, sent)``, None for not there."""

    tokens: frozenset[str] = frozenset({TOKEN, PERSON})

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        query = {name: each[-1] for name, each in parse_qs(parts.query).items()}
        sent = {name: each[-1] for name, each in parse_qs(asked.body.decode()).items()}
        path = parts.path.partition("/v24.0/")[2]
        if path == "oauth/access_token":
            return self._exchanged(sent)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if path == "debug_token":
            return self._about(token, query["input_token"])
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if token not in self.tokens:
            return self.refusal(BadDay.UNAUTHORIZED)
        if (query | sent).get("appsecret_proof") != proof:
            return fault(400, 100, 0, "Invalid appsecret_proof provided in the API argument")
        shown = self.serve_path(asked.method, path, query, sent)
        if isinstance(shown, bytes):
            return shown
        return self.json(shown) if shown is not None else self.refusal(BadDay.NOT_FOUND)

    def _exchanged(self, sent: Mapping[str, str]) -> bytes:
        """facebook-login/guides/advanced/manual-flow, …/access-tokens/get-long-lived: a code, then a long life."""
        is_known = (sent["client_id"], sent["client_secret"]) == (APP_ID, APP_SECRET)
        if is_known and sent.get("code") == CODE and sent["redirect_uri"].startswith("https://"):
            return self.json({"access_token": "short-lived", "token_type": "bearer", "expires_in": 5_183_944})
        if is_known and sent.get("fb_exchange_token") == "short-lived":
            return self.json({"access_token": PERSON, "token_type": "bearer"})
        return fault(400, 100, 0, "This authorization code has been used.")

    def _about(self, token: str, asked: str) -> bytes:
        """reference/debug_token, which only the app may ask."""
        if token != f"{APP_ID}|{APP_SECRET}" or asked != TOKEN:
            return self.refusal(BadDay.UNAUTHORIZED)
        return self.json(
            {"data": {"is_valid": True, "expires_at": 0, "data_access_expires_at": 1_800_000_000}}
        )

    def serve_path(
        self, method: str, path: str, query: Mapping[str, str], sent: Mapping[str, str]
    ) -> dict[str, Any] | bytes | None:
        raise NotImplementedError

    def refusal(self, day: BadDay) -> bytes:
        usage = {"17": [{"type": "pages", "call_count": 104, "total_time": 12, "total_cputime": 9}]}
        usage["17"][0]["estimated_time_to_regain_access"] = RETRY_AFTER // 60
        is_told = day is BadDay.THROTTLED_UNTIL
        headers = {"X-Business-Use-Case-Usage": json.dumps(usage)} if is_told else {}
        return fault(*FAULTS[day], headers=headers)

    def edge(
        self, entries: Sequence[Mapping[str, Any]], *, limit: int, after: str | None = None
    ) -> dict[str, Any]:
        start = int(base64.b64decode(after)) if after else 0
        found = {"data": list(entries[start : start + limit]), "paging": {}}
        end = start + limit
        cursors = {
            name: base64.b64encode(str(at).encode()).decode()
            for name, at in (("before", start), ("after", end))
        }
        if found["data"]:
            found["paging"] = {"cursors": cursors}
        if end < len(entries):
            found["paging"]["next"] = f"https://graph.example/next?access_token={TOKEN}"
        return found


def fault(
    status: int, code: int, subcode: int, words: str, *, headers: Mapping[str, str] | None = None
) -> bytes:
    told = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    told |= {"error_subcode": subcode} if subcode else {}
    return answer(json.dumps({"error": told}), status=status, headers=headers or {})
