"""A pytest plugin: the suite runs on the real PostgreSQL.

By default that is an embedded cluster under ``.cache``, shared by runs that go on at once, each with a
database of its own; ``TEST_DATABASE_URL`` names another server.
"""

import atexit
import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from oneroof.core.cluster import Cluster

FAST = (("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"))

_open = ExitStack()
atexit.register(_open.close)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the cluster before Django's settings read its address."""
    home = Path(early_config.rootpath) / ".cache" / "test-home"
    os.environ["ONEROOF_HOME"] = str(home)
    (home / "static").mkdir(parents=True, exist_ok=True)
    if url := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
    else:
        cluster = _open.enter_context(Cluster(home, settings=FAST).in_use())
        os.environ["DATABASE_URL"] = cluster.url(f"oneroof_{os.getpid()}")
    return (yield)
