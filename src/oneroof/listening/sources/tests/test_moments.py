"""Times as the world writes them."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.core.moments import UnreadableMomentError, parse_moment

SAID = datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Tue Oct 31 22:10:47 +0000 2017",
        "Tue Oct 31 23:10:47 +0100 2017",
        "2017-10-31T22:10:47Z",
        "2017-10-31t22:10:47z",
        "2017-10-31 22:10:47",
        "2017-10-31 22:10:47 UTC",
        "2017-10-31 14:10:47 -0800",
        "2017-10-31T23:10:47+01:00",
        "2017-10-31T22:10:47.000000000Z",
        "Tue, 31 Oct 2017 22:10:47 GMT",
        "Tue, 31 Oct 2017 22:10:47 +0000",
        "31 Oct 2017 23:10:47 +0100",
        "1509487847",
        "1509487847.0",
        "1509487847000",
        1509487847,
        1509487847000,
        1509487847000000,
        datetime(2017, 10, 31, 22, 10, 47),  # noqa: DTZ001 - that is the case
    ],
)
def test_one_moment_in_many_writings(written: object) -> None:
    assert parse_moment(written) == SAID


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2017-13-01",
        "2017-02-30 10:00",
        "Tue Xyz 31 22:10:47 +0000 2017",
        "Tue Oct 32 22:10:47 +0000 2017",
        "Tue Oct 31 22:10:47 +9999 2017",
        "0001-01-01",
        "1969-12-31",
        "9999-12-31T23:59:59-12:00",
        "12",
        "2017",
        None,
        True,
        [],
        "10/11/2017 08:00",
        "99999999999999999999999",
    ],
)
def test_what_is_no_time_is_said(written: object) -> None:
    with pytest.raises(UnreadableMomentError):
        parse_moment(written)


@given(st.integers(10**8, 10**10))
def test_iso_comes_back_as_it_went(seconds: int) -> None:
    aware = datetime.fromtimestamp(seconds, UTC)
    assert parse_moment(aware.isoformat()) == aware


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(UnreadableMomentError):
        assert parse_moment(text).tzinfo is UTC
