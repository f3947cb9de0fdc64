"""What these tests share."""

from collections.abc import Iterator

import pytest

from oneroof.listening.sources.discourse.tests.counterpart import DiscourseCounterpart
from oneroof.listening.sources.tests.answering import QUESTION
from oneroof.listening.sources.tests.contract import ImpatientClient


@pytest.fixture
def far() -> Iterator[DiscourseCounterpart]:
    with DiscourseCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def client() -> ImpatientClient:
    return ImpatientClient()
