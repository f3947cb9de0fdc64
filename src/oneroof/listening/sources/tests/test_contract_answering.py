"""Every network that answers passes these: a reply stands once or not at all, and what we say of it is true."""

import pytest

from oneroof.listening.sources.base import Outcome, Refused, Sent, Unknown
from oneroof.listening.sources.tests.answering import QUESTION, draft, read_back, send
from oneroof.listening.sources.tests.contract import RETRY_AFTER, BadDay, Counterpart, counterparts

pytestmark = pytest.mark.parametrize("side", counterparts("publish"), ids=lambda side: side.key)

TAKEN = (BadDay.HANGS_AFTER, BadDay.HANGS_UP)
SURELY_REFUSED = (BadDay.UNAUTHORIZED, BadDay.FORBIDDEN, BadDay.NOT_FOUND, BadDay.REVOKED)
THROTTLED = (BadDay.THROTTLED, BadDay.THROTTLED_UNTIL)


@pytest.fixture(autouse=True)
def _a_question(there: Counterpart) -> None:
    there.serve([QUESTION])


def test_a_reply_stands_once_under_what_it_answers(there: Counterpart) -> None:
    outcome = send(there)
    (standing,) = there.standing()
    assert outcome == Sent(standing.id, getattr(outcome, "url", ""))
    assert standing.to == there.external_id("1")
    assert standing.text == "A new seal is on its way."
    assert there.attempts == 1


@pytest.mark.parametrize(
    "text", ["قالت 😡 جدًا", "👩‍👩‍👧‍👦 🫖", "<b>1 < 2</b> & “two”"], ids=["rtl", "emoji", "markup"]
)
def test_any_text_comes_through(there: Counterpart, text: str) -> None:
    assert isinstance(send(there, draft(there, text)), Sent)
    assert [each.text for each in there.standing()] == [text]


def test_the_longest_text(there: Counterpart) -> None:
    assert there.network.length
    longest = "long " * (there.network.length.limit // 5 - 1) + "word"
    assert isinstance(send(there, draft(there, longest)), Sent)
    assert [each.text for each in there.standing()] == [longest]


def test_two_replies_are_two(there: Counterpart) -> None:
    send(there)
    send(there, draft(there, "And one more thing.", key="reply-2@brumi.example"))
    assert len(there.standing()) == 2


def test_the_same_key_twice_stands_once(there: Counterpart) -> None:
    if not there.network.is_repeatable(there.settings()):
        pytest.skip(f"{there.key} promises nothing about a reply sent twice")
    first = send(there)
    assert send(there) == first
    assert len(there.standing()) == 1


def test_a_bad_day_is_told_truly(there: Counterpart, day: BadDay) -> None:
    """Sent: it stands there. Refused: it does not. Anything else is unknown."""
    there.misbehave(day, writes=True)
    outcome = send(there)
    standing = there.standing()
    assert len(standing) <= 1
    if isinstance(outcome, Sent):
        assert [each.id for each in standing] == [outcome.external_id]
    if isinstance(outcome, Refused):
        assert not standing
    _check_outcome(outcome, day)


def _check_outcome(outcome: Outcome, day: BadDay) -> None:
    if day in TAKEN or day is BadDay.NONSENSE:
        assert not isinstance(outcome, Refused)
    if day in SURELY_REFUSED:
        assert isinstance(outcome, Refused)
    if day in THROTTLED:
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
    if day is BadDay.THROTTLED_UNTIL:
        assert isinstance(outcome, Refused)
        assert outcome.retry_after == pytest.approx(RETRY_AFTER, abs=5)
    if day in {BadDay.HANGS, BadDay.BROKEN}:
        assert isinstance(outcome, Unknown) or (isinstance(outcome, Refused) and not outcome.permanent)


@pytest.mark.parametrize("day", TAKEN, ids=lambda day: day.value)
def test_what_was_taken_is_found_or_told_again_and_stands_once(there: Counterpart, day: BadDay) -> None:
    there.misbehave(day, writes=True)
    assert isinstance(send(there), Unknown)
    there.behave()
    if there.network.read_back is not None:
        found = read_back(there)
        assert isinstance(found, Sent)
        assert found.external_id == there.standing()[0].id
    elif there.network.is_repeatable(there.settings()):
        assert isinstance(send(there), Sent)
    assert len(there.standing()) == 1


def test_after_a_refusal_it_goes_out(there: Counterpart) -> None:
    there.misbehave(BadDay.THROTTLED, writes=True)
    assert isinstance(send(there), Refused)
    there.behave()
    assert isinstance(send(there), Sent)
    assert len(there.standing()) == 1
