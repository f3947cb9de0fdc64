"""What the pages of experience need: somebody signed in, an inbox, a community."""

from collections.abc import Callable

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.care.tests.conftest import form, forum, hear
from oneroof.community.models import Group

__all__ = ["form", "forum", "hear"]

type SignIn = Callable[[User], Client]


@pytest.fixture
def kettles(db: None) -> Group:
    return Group.objects.create(slug="kettles", name="Kettles")


@pytest.fixture
def signed_in() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
