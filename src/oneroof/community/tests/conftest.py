"""A group, a question in it, and people who take part."""

from collections.abc import Callable

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Group, Member

type SignIn = Callable[[User], Client]


@pytest.fixture
def kettles(db: None) -> Group:
    return Group.objects.create(slug="kettles", name="Kettles")


@pytest.fixture
def helper(db: None) -> User:
    """Trusted: nothing of his is held, and he may write as much as he wants."""
    hugo = User.objects.create_user("hugo@customers.example", name="Hugo Helps", role=Role.MEMBER)
    Member.objects.create(user=hugo, name=hugo.name, trust=4)
    return hugo


@pytest.fixture
def question(kettles: Group, member: User) -> Entry:
    """Asked by Mia."""
    return ask(member, "My kettle leaks. What now?", "It drips from the seal.", group=kettles, tags="seal")


@pytest.fixture
def answered(question: Entry, helper: User) -> Entry:
    """Hugo's answer to it."""
    return answer(helper, question.pk, "Turn the seal round, then press it in.")


@pytest.fixture
def signed_in() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def members(count: int) -> list[User]:
    return [
        User.objects.create_user(f"m{number}@customers.example", name=f"Member {number}", role=Role.MEMBER)
        for number in range(count)
    ]
