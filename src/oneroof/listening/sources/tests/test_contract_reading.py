"""Networks that look before and after a reply pass these: what they find is what stands there."""

import re

import pytest

from oneroof.listening.sources.base import NotThere, Sent, Standing, Unknown
from oneroof.listening.sources.tests.answering import QUESTION, look_up, read_back, send
from oneroof.listening.sources.tests.contract import BadDay, Counterpart, counterparts, moment, said

reads_back = pytest.mark.parametrize("side", counterparts("read_back"), ids=lambda side: side.key)
looks_up = pytest.mark.parametrize("side", counterparts("look_up"), ids=lambda side: side.key)


@pytest.fixture(autouse=True)
def _a_question(there: Counterpart) -> None:
    there.serve([QUESTION])


@reads_back
def test_what_was_not_taken_is_not_found(there: Counterpart) -> None:
    there.misbehave(BadDay.HANGS, writes=True)
    send(there)
    there.behave()
    assert isinstance(read_back(there), NotThere)
    assert isinstance(send(there), Sent)
    assert len(there.standing()) == 1


@reads_back
def test_reading_back_on_a_bad_day_finds_out_nothing(there: Counterpart, day: BadDay) -> None:
    send(there)
    there.misbehave(day)
    assert isinstance(read_back(there), Unknown)


@looks_up
def test_a_post_is_looked_up(there: Counterpart) -> None:
    assert look_up(there).standing is Standing.THERE


@looks_up
def test_an_edited_post_is_looked_up(there: Counterpart) -> None:
    there.serve([said(1, "Solved it myself", edited_at=moment(30))])
    seen = look_up(there)
    assert (seen.standing, seen.text) == (Standing.CHANGED, "Solved it myself")


@looks_up
def test_a_deleted_post_is_looked_up(there: Counterpart) -> None:
    there.serve([said(1, "", deleted=True)])
    assert look_up(there).standing is Standing.GONE


@looks_up
def test_an_answered_post_is_looked_up(there: Counterpart) -> None:
    there.serve([QUESTION, said(2, "Buy a new one", author="jo", parent="1")])
    assert [re.split("[@.]", handle)[0] for handle in look_up(there).answered_by] == ["jo"]


@looks_up
@pytest.mark.parametrize("day", [BadDay.BROKEN, BadDay.HANGS, BadDay.NONSENSE, BadDay.THROTTLED])
def test_on_a_bad_day_nobody_knows_how_a_post_stands(there: Counterpart, day: BadDay) -> None:
    there.misbehave(day)
    assert look_up(there).standing is Standing.UNKNOWN
