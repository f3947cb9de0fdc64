"""A server that speaks the Google Play Developer API, written from Google's reference.

developers.google.com/android-publisher/api-ref/rest/v3/reviews (list, get, reply), …/reply-to-reviews (a title and
the words with a tab between, 350 characters, tags stripped, quotas); …/oauth2/service-account (token);
google.rpc.Status (errors). Assertions are verified as it says.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

PACKAGE = "example.brumi.kettle"
EMAIL = "reviews@brumi.iam.gserviceaccount.example"
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
WORDS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL",
}  # fmt: skip
ALONE = "a review is said by one person to the developer: nobody else answers, and nothing stands above it"


class GoogleplayCounterpart(HttpCounterpart):
    key = "googleplay"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {
        "a_parent_after_its_child": ALONE,
        "a_deletion": "reviews leave the list after a week; an old one that is not there may stand there still",
    }
    cannot_answer: ClassVar[Mapping[str, str]] = {
        "two_replies_are_two": "a review has one reply: a second one replaces the first",
        "an_answered_post_is_looked_up": ALONE,
        "any_text_comes_through": "Google Play takes tags out of replies, so what looks like one is not sent",
    }

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, str] = {}
        self.rating = 2
        self.title = ""
        self.tokens: list[str] = []
        self._by_id: dict[str, Said] = {}

    def settings(self) -> dict[str, Any]:
        account = {
            "type": "service_account",
            "client_email": EMAIL,
            "private_key": PEM,
            "token_uri": self.web.url("/token"),
        }
        return {
            "package": PACKAGE,
            "service_account": json.dumps(account),
            "show_rating": False,
            "api": self.web.url(""),
        }

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        self._by_id = {self.external_id(each.id): each for each in posts if not each.deleted}

    def external_id(self, said_id: str) -> str:
        return f"gp:AOqpTOE{said_id}"

    def standing(self) -> Sequence[Ours]:
        return [
            Ours(id=f"{review}/reply", to=review, text=text) for review, text in list(self.replies.items())
        ]

    def is_write(self, asked: Asked) -> bool:
        return asked.method == "POST" and urlsplit(asked.path).path.endswith(":reply")

    def refusal(self, day: BadDay) -> bytes:
        if day is BadDay.THROTTLED:
            return wrong(403, "rateLimitExceeded")
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        return wrong(STATUS[day], headers=headers)

    def answer_to(self, asked: Asked) -> bytes:
        path = unquote(urlsplit(asked.path).path)
        if (asked.method, path) == ("POST", "/token"):
            return self._token(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return wrong(401)
        below = path.removeprefix(f"/androidpublisher/v3/applications/{PACKAGE}/reviews")
        if below == "":
            return self._listed(asked)
        if found := re.fullmatch(r"/([\w:]+?)(:reply)?", below):
            return (
                self._reply(found[1], json.loads(asked.body)["replyText"])
                if found[2]
                else self._one(found[1])
            )
        return wrong(404)

    def _token(self, asked: Asked) -> bytes:
        sent = {name: each[-1] for name, each in parse_qs(asked.body.decode()).items()}
        try:
            claims = jwt.decode(
                sent["assertion"],
                KEY.public_key(),
                algorithms=["RS256"],
                audience=self.web.url("/token"),
                issuer=EMAIL,
            )
        except jwt.PyJWTError:
            return answer(
                '{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}', status=400
            )
        assert claims["scope"] == "https://www.googleapis.com/auth/androidpublisher"
        assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        self.tokens.append(f"ya29.{len(self.tokens)}")
        return self.json({"access_token": self.tokens[-1], "expires_in": 3_599, "token_type": "Bearer"})

    def _listed(self, asked: Asked) -> bytes:
        query = {name: each[-1] for name, each in parse_qs(urlsplit(asked.path).query).items()}
        start = int(query.get("token", "0"))
        end = start + min(int(query["maxResults"]), self.page)
        newest_first = sorted(self._by_id.values(), key=lambda each: each.edited_at or each.at, reverse=True)
        shown = [self.review(each) for each in newest_first[start:end]]
        paging = {"tokenPagination": {"nextPageToken": str(end)}} if end < len(newest_first) else {}
        return self.json({**({"reviews": shown} if shown else {}), **paging})

    def _one(self, review_id: str) -> bytes:
        said = self._by_id.get(review_id)
        return self.json(self.review(said)) if said else wrong(404)

    def _reply(self, review_id: str, text: str) -> bytes:
        if review_id not in self._by_id:
            return wrong(404)
        if len(text) > 350:
            return wrong(400)
        self.replies[review_id] = re.sub(r"</?[A-Za-z!][^<>]*>", "", text)
        return self.json(
            {"result": {"replyText": self.replies[review_id], "lastEdited": _written(moment(90))}}
        )

    def review(self, said: Said) -> dict[str, Any]:
        review_id = self.external_id(said.id)
        about = {
            "text": f"{self.title}\t{said.text}",
            "lastModified": _written(said.edited_at or said.at),
            "starRating": self.rating,
            "reviewerLanguage": "en",
            "device": "kettle",
            "appVersionName": "1.2",
            "thumbsUpCount": 3,
        }
        comments: list[dict[str, Any]] = [{"userComment": about}]
        if reply := self.replies.get(review_id):
            comments.append({"developerComment": {"text": reply, "lastModified": _written(moment(90))}})
        return {"reviewId": review_id, "authorName": said.author, "comments": comments}


def wrong(status: int, reason: str = "", *, headers: Mapping[str, str] | None = None) -> bytes:
    told: dict[str, Any] = {"code": status, "message": "Not today", "status": WORDS.get(status, "UNKNOWN")}
    if reason:
        told["errors"] = [{"message": "Not today", "domain": "usageLimits", "reason": reason}]
    return answer(json.dumps({"error": told}), status=status, headers=headers or {})


def _written(at: Any) -> dict[str, Any]:
    return {"seconds": str(int(at.timestamp())), "nanos": 0}


COUNTERPART = GoogleplayCounterpart
