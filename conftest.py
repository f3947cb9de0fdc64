"""Fixtures for every test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.core.testing.tables import empty_tables, migrated_template
from oneroof.listening.board import board
from oneroof.listening.matching import Matcher


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Asked by pytest-django before it makes this process's database, which is a copy."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session", autouse=True)
def _nothing_left() -> Iterator[None]:
    """A test that commits leaves no row to the next one, procrastinate's jobs included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_tables())
        yield


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Pages are rendered without collecting static files first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _nobodys_language() -> None:
    """A request leaves its reader's language to the thread; the next test begins with none."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _fresh_board() -> None:
    """Watches go with the test that made them; so must this process's compiled ones."""
    board.matcher, board.version = Matcher(), 0


@pytest.fixture
def member(db: None) -> User:
    return User.objects.create_user("mia@customers.example", name="Mia Member", role=Role.MEMBER)


@pytest.fixture
def volunteer(db: None) -> User:
    return User.objects.create_user("vera@company.example", name="Vera Volunteer", role=Role.VOLUNTEER)


@pytest.fixture
def agent(db: None) -> User:
    return User.objects.create_user("amir@company.example", name="Amir Agent", role=Role.AGENT)


@pytest.fixture
def teammate(db: None) -> User:
    return User.objects.create_user("tess@company.example", name="Tess Teammate", role=Role.AGENT)


@pytest.fixture
def lead(db: None) -> User:
    return User.objects.create_user("lena@company.example", name="Lena Lead", role=Role.LEAD)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_user("ada@company.example", name="Ada Admin", role=Role.ADMIN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine gets a second try, which the summary shows: decision 0132."""
    for each in items:
        if each.get_closest_marker("browser"):
            each.add_marker(pytest.mark.flaky(reruns=1))
