"""A forum that is heard and answered by webhook, and conversations in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from oneroof.accounts.models import User
from oneroof.care.actions.opening import open_conversations
from oneroof.care.models import Conversation
from oneroof.core import clock
from oneroof.core.webhooks import new_secret
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.secrets import seal_secrets
from oneroof.listening.sources.base import RawPost

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


def said(
    external_id: str, text: str = "My kettle leaks. What now?", *, minute: float = 0, **fields: object
) -> RawPost:
    moment = START + timedelta(minutes=minute)
    author = str(fields.pop("author", "tea_lover"))
    return RawPost(external_id=external_id, author_handle=author, text=text, created_at=moment, **fields)  # type: ignore[arg-type]


@pytest.fixture
def form(db: None) -> Source:
    """Whoever writes there writes to us, and replies leave by webhook."""
    return Source.objects.create(
        network="webhook",
        name="contact form",
        our_handles=["brumi"],
        settings={"reply_url": "http://127.0.0.1:9/"},
        secret=seal_secrets({"secret": new_secret()}),
    )


@pytest.fixture
def forum(db: None) -> Source:
    """A public place that we can only read."""
    return Source.objects.create(network="files", name="forum", our_handles=["brumi"])


type Hear = Callable[..., list[Conversation]]


@pytest.fixture
def hear() -> Hear:
    """Receive posts and open what they open, as the worker would."""

    def receive(source: Source, *posts: RawPost) -> list[Conversation]:
        receive_posts(source, posts)
        names = [post.external_id for post in posts]
        ids = list(Post.objects.filter(source=source, external_id__in=names).values_list("pk", flat=True))
        open_conversations(source.pk, ids)
        threads = Conversation.objects.whole().filter(source=source, thread__thread_members__in=ids)
        return list(threads.distinct().order_by("pk"))

    return receive


@pytest.fixture
def conversation(form: Source, hear: Hear) -> Conversation:
    with clock.frozen_at(START + timedelta(minutes=1)):
        return hear(form, said("1"))[0]


@pytest.fixture
def volunteer_of_old(volunteer: User) -> User:
    volunteer.replies_unreviewed = True
    volunteer.save(update_fields=["replies_unreviewed"])
    return volunteer
