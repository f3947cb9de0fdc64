"""A small community: who asks, who answers, and what they say."""

from collections.abc import Callable

import pytest

from oneroof.community.models import Entry, Group, Kind, Member, Status, Tag, Tagged, Vote
from oneroof.core import clock

type Make = Callable[..., Entry]


@pytest.fixture
def space(db: None) -> Group:
    return Group.objects.create(slug="help", name="Help")


@pytest.fixture
def asker(db: None) -> Member:
    return Member.objects.create(name="Asa Asker")


@pytest.fixture
def helper(db: None) -> Member:
    return Member.objects.create(name="Hedy Helper", joined_at=clock.ago(days=400))


@pytest.fixture
def question(space: Group, asker: Member) -> Make:
    def ask(title: str = "Why does it leak?", *tags: str, **fields: object) -> Entry:
        defaults = {
            "kind": Kind.QUESTION,
            "group": space,
            "author": asker,
            "status": Status.OPEN,
            "body": title,
        }
        made = Entry.objects.create(title=title, **{**defaults, **fields})
        for name in tags:
            Tagged.objects.create(entry=made, tag=Tag.objects.get_or_create(name=name)[0])
        return made

    return ask


@pytest.fixture
def answer(question: Make, helper: Member) -> Make:
    def say(to: Entry | None = None, *, accepted: bool = True, **fields: object) -> Entry:
        root = to or question()
        at = fields.pop("at", clock.now())
        return Entry.objects.create(
            kind=Kind.ANSWER,
            root=root,
            parent=root,
            group=root.group,
            body="Turn the valve.",
            created_at=at,
            accepted_at=at if accepted else None,
            accepted_by=root.author if accepted else None,
            **{"author": helper, **fields},
        )

    return say


@pytest.fixture
def vote() -> Callable[[Entry, Member], Vote]:
    return lambda entry, member: Vote.objects.create(entry=entry, member=member, what=Vote.What.UP)
