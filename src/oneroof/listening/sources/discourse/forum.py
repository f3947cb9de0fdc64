"""One Discourse forum: where it is, as whom we speak there, and how it is asked (docs.discourse.org)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Account, Allowance, PollFailedError, Settings
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json_api import Answer, failure_of, get_answer, post_json, url_with

WITH_KEY, WITHOUT_KEY, WINDOW = 60, 200, 60.0
CHUNK = 20
"""As many posts of a topic as one request gives (``TopicView.chunk_size``)."""


@dataclass(frozen=True, slots=True)
class Forum:
    """``key`` and ``username`` are empty where one listens to what is public without an account."""

    url: str
    key: str
    username: str

    @classmethod
    def of(cls, settings: Settings) -> "Forum":
        written = str(settings.get("forum") or "").strip().rstrip("/")
        return cls(
            written if "://" in written else f"https://{written}",
            str(settings.get("api_key") or "").strip(),
            str(settings.get("username") or "").strip().lstrip("@"),
        )

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def can_speak(self) -> bool:
        return bool(self.key and self.username)

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Api-Key": self.key, "Api-Username": self.username} if self.can_speak else {}

    def get(self, client: SafeClient, path: str, **parameters: Any) -> Any:
        """Raises PollFailedError, or one of its kinds in ``json_api``."""
        url = url_with(f"{self.url}{path}", parameters)
        answer = patient(get_answer(client, url, headers=self.headers), client, url)
        if answer.status == 200 and answer.value is not None:
            return answer.value
        raise failure_of(answer, self.host)

    def post(self, client: SafeClient, path: str, sent: Mapping[str, Any]) -> Answer:
        """One POST as our user. Raises FetchError."""
        url = f"{self.url}{path}"
        return patient(post_json(client, url, sent, headers=self.headers), client, url)

    def topic(self, client: SafeClient, topic_id: str) -> dict[str, Any]:
        """With the ids of all its posts in ``post_stream.stream``, and the first of them."""
        return self.checked(self.get(client, f"/t/{topic_id}.json", include_raw="true"))

    def by_number(self, client: SafeClient, topic_id: str, number: str) -> dict[str, Any]:
        return self.checked(self.get(client, f"/posts/by_number/{topic_id}/{number}.json"))

    def by_id(self, client: SafeClient, post_id: int) -> dict[str, Any]:
        return self.checked(self.get(client, f"/posts/{post_id}.json"))

    def posts_of(self, client: SafeClient, topic_id: str, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
        """These posts of a topic, twenty a request."""
        for start in range(0, len(ids), CHUNK):
            asked = {"post_ids[]": list(ids[start : start + CHUNK]), "include_raw": "true"}
            found = self.checked(self.get(client, f"/t/{topic_id}/posts.json", **asked))
            yield from self.listed(found.get("post_stream"), "posts")

    def checked(self, found: Any) -> dict[str, Any]:
        if not isinstance(found, dict):
            raise PollFailedError(f"{self.host} answered in a form that Discourse's reference does not know.")
        return found

    def listed(self, found: Any, name: str) -> list[dict[str, Any]]:
        """The objects in a field that is a list."""
        listed = found.get(name) if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise PollFailedError(f"{self.host} answered in a form that Discourse's reference does not know.")
        return [each for each in listed if isinstance(each, dict)]


def patient(answer: Answer, client: SafeClient, url: str) -> Answer:
    """Where only the body tells how long to wait (``extras.wait_seconds``), as a header, to the budget too."""
    extras = answer.value.get("extras") if isinstance(answer.value, dict) else None
    seconds = extras.get("wait_seconds") if isinstance(extras, dict) else None
    if not isinstance(seconds, int | float) or "retry-after" in answer.headers:
        return answer
    told = {**answer.headers, "retry-after": str(seconds)}
    client.note(url, status=answer.status, headers=told)
    return replace(answer, headers=told)


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    """60 requests a minute a key, 200 a minute an address: config/discourse_defaults.conf of Discourse, which
    whoever runs the forum may have changed."""
    forum = Forum.of(settings)
    limit = WITH_KEY if forum.can_speak else WITHOUT_KEY
    who = mark_of(forum.key if forum.can_speak else "")
    return [Allowance(key=f"discourse:{forum.host}:{who}", limit=limit, seconds=WINDOW)]


def identify(settings: Settings, client: SafeClient) -> Account:
    """Keys do not expire unless they lie unused for half a year; they can be revoked, which this finds out."""
    forum = Forum.of(settings)
    me = forum.checked(forum.get(client, "/session/current.json")).get("current_user")
    user = me if isinstance(me, dict) else {}
    return Account(handle=str(user.get("username") or forum.username), name=str(user.get("name") or ""))
