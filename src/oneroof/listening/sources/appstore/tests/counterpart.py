"""A server that speaks the App Store Connect API, written from Apple's reference.

developer.apple.com/documentation/appstoreconnectapi: customerReview, customerReviewResponse, “List all customer
reviews for an app”, “Create or update a response to a customer review”, “Identifying rate limits” (X-Rate-Limit),
ErrorResponse. Tokens are verified as it says.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from oneroof.core import clock
from oneroof.core.testing.web import Asked, answer
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Ours, Said, moment
from oneroof.listening.sources.tests.http_counterpart import STATUS, HttpCounterpart

APP_ID, ISSUER_ID, KEY_ID = "1234567890", "57246542-96fe-1a63-e053-0824d011072a", "2X9R4HXF34"
KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
CODES = {
    401: "NOT_AUTHORIZED",
    403: "FORBIDDEN_ERROR",
    404: "NOT_FOUND",
    409: "ENTITY_ERROR",
    429: "RATE_LIMIT_EXCEEDED",
}
ALONE = "a review is said by one person to the developer: nobody else answers, and nothing stands above it"


class AppstoreCounterpart(HttpCounterpart):
    key = "appstore"
    page = 20
    cannot_hear: ClassVar[Mapping[str, str]] = {"a_parent_after_its_child": ALONE}
    cannot_answer: ClassVar[Mapping[str, str]] = {
        "two_replies_are_two": "a review has one response: a second one replaces the first",
        "an_answered_post_is_looked_up": ALONE,
    }

    def __init__(self) -> None:
        super().__init__()
        self.responses: dict[str, dict[str, Any]] = {}
        self.rating = 2
        self.title = ""
        self._by_id: dict[str, Said] = {}

    def settings(self) -> dict[str, Any]:
        return {
            "app_id": APP_ID,
            "issuer_id": ISSUER_ID,
            "key_id": KEY_ID,
            "private_key": PEM,
            "show_rating": False,
            "api": self.web.url(""),
        }

    def serve(self, posts: Sequence[Said]) -> None:
        super().serve(posts)
        self._by_id = {self.external_id(each.id): each for each in posts if not each.deleted}

    def external_id(self, said_id: str) -> str:
        return f"00000013-0101-6b44-{said_id}"

    def standing(self) -> Sequence[Ours]:
        return [
            Ours(id=each["id"], to=review, text=each["attributes"]["responseBody"])
            for review, each in list(self.responses.items())
        ]

    def refusal(self, day: BadDay) -> bytes:
        status = STATUS[day]
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        return wrong(status, headers)

    def answer_to(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.path)
        query = {name: each[-1] for name, each in parse_qs(parts.query).items()}
        if not _is_signed(asked.headers.get("authorization", "")):
            return wrong(401)
        path = parts.path
        if path == f"/v1/apps/{APP_ID}":
            about = {"name": "Brumi", "bundleId": "example.brumi"}
            return self.json({"data": {"type": "apps", "id": APP_ID, "attributes": about}})
        if path == f"/v1/apps/{APP_ID}/customerReviews":
            return self._listed(query)
        if found := re.fullmatch(r"/v1/customerReviews/([\w-]+)", path):
            return self._one(found[1])
        if (asked.method, path) == ("POST", "/v1/customerReviewResponses"):
            return self._respond(json.loads(asked.body)["data"])
        return wrong(404)

    def _listed(self, query: Mapping[str, str]) -> bytes:
        assert query["sort"] == "-createdDate"
        start = int(base64.b64decode(query["cursor"])) if "cursor" in query else 0
        end = start + min(int(query["limit"]), self.page)
        newest_first = sorted(self._by_id.values(), key=lambda each: each.at, reverse=True)
        if wanted := query.get("filter[rating]"):
            newest_first = newest_first if str(self.rating) in wanted.split(",") else []
        shown = newest_first[start:end]
        links = {"self": "https://api.example/v1/self"}
        if end < len(newest_first):
            onward = base64.b64encode(str(end).encode()).decode()
            links["next"] = f"https://api.example/v1/apps/{APP_ID}/customerReviews?cursor={onward}&limit=20"
        return self.document([self.review(each) for each in shown], links)

    def _one(self, review_id: str) -> bytes:
        said = self._by_id.get(review_id)
        return self.document(self.review(said), {}) if said else wrong(404)

    def document(self, found: Any, links: Mapping[str, str]) -> bytes:
        reviews = found if isinstance(found, list) else [found]
        included = [self.responses[each["id"]] for each in reviews if each["id"] in self.responses]
        quota = {"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:3400;"}
        return self.json({"data": found, "included": included, "links": links}, headers=quota)

    def review(self, said: Said) -> dict[str, Any]:
        review_id = self.external_id(said.id)
        about = {
            "rating": self.rating,
            "title": self.title,
            "body": said.text,
            "reviewerNickname": said.author,
            "createdDate": _written(said.at),
            "territory": "USA",
        }
        linked = (
            {"type": "customerReviewResponses", "id": self.responses[review_id]["id"]}
            if review_id in self.responses
            else None
        )
        return {
            "type": "customerReviews",
            "id": review_id,
            "attributes": about,
            "relationships": {"response": {"data": linked}},
        }

    def _respond(self, sent: Mapping[str, Any]) -> bytes:
        review_id = sent["relationships"]["review"]["data"]["id"]
        if review_id not in self._by_id:
            return wrong(404)
        self.stand(review_id, sent["attributes"]["responseBody"])
        return self.json({"data": self.responses[review_id]}, status=201)

    def stand(self, review_id: str, text: str) -> None:
        """The response that stands there from now on, over any other."""
        about = {"responseBody": text, "lastModifiedDate": _written(moment(90)), "state": "PENDING_PUBLISH"}
        response_id = f"response-{review_id}"
        self.responses[review_id] = {
            "type": "customerReviewResponses",
            "id": response_id,
            "attributes": about,
        }


def wrong(status: int, headers: Mapping[str, str] | None = None) -> bytes:
    told = {
        "status": str(status),
        "code": CODES.get(status, "UNEXPECTED_ERROR"),
        "title": "No",
        "detail": "Not today",
    }
    return answer(json.dumps({"errors": [told]}), status=status, headers=headers or {})


def _is_signed(given: str) -> bool:
    """Twenty minutes at most, of our key, for App Store Connect."""
    try:
        token = given.removeprefix("Bearer ")
        claims = jwt.decode(
            token,
            KEY.public_key(),
            algorithms=["ES256"],
            audience="appstoreconnect-v1",
            options={"verify_iat": False},
        )
    except jwt.PyJWTError:
        return False
    lasts = claims["exp"] - claims["iat"]
    is_now = claims["iat"] <= clock.now().timestamp() + 60
    whose = claims.get("iss") == ISSUER_ID or claims.get("sub") == "user"
    return jwt.get_unverified_header(token)["kid"] == KEY_ID and 0 < lasts <= 1_200 and is_now and whose


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


COUNTERPART = AppstoreCounterpart
