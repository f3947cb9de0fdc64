"""A forum that is listened to, and what is said there."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.board import next_version
from oneroof.listening.models import Post, Source, Watch
from oneroof.listening.sources.base import RawPost

type Say = Callable[..., Post]
type MakeWatch = Callable[..., Watch]
type TokenOf = Callable[[User], dict[str, str]]


@pytest.fixture
def forum(db: None) -> Source:
    return Source.objects.create(network="files", name="forum", our_handles=["brumi"])


@pytest.fixture
def say(forum: Source) -> Say:
    """Somebody says something, ``minutes`` ago; the stored post."""
    count = iter(range(1, 1_000_000))

    def receive(text: str = "My kettle leaks.", *, minutes: float = 10, **fields: object) -> Post:
        external_id = str(fields.pop("external_id", f"post {next(count)}"))
        author = str(fields.pop("author", "tea_lover"))
        place = fields.pop("source", forum)
        moment = clock.now() - timedelta(minutes=minutes)
        said = {"external_id": external_id, "author_handle": author, "created_at": moment, **fields}
        receive_posts(place, [RawPost(text=text, **said)])
        return Post.objects.get(source=place, external_id=external_id)

    return receive


@pytest.fixture
def make_watch(db: None) -> MakeWatch:
    def make(owner: User, query: str = "kettle", **fields: object) -> Watch:
        name = str(fields.pop("name", query))
        return Watch.objects.create(name=name, query=query, owner=owner, version=next_version(), **fields)

    return make


@pytest.fixture
def token_of(db: None) -> TokenOf:
    """The headers of somebody's API token."""
    return lambda user: {"Authorization": f"Bearer {create_token(None, user.email)}"}
