"""One reply on its way to a far side, as the contract suite sends it."""

from oneroof.listening.sources.base import Draft, Outcome, ReadBack, Seen
from oneroof.listening.sources.tests.contract import Counterpart, ImpatientClient, moment, said

QUESTION = said(1, "My kettle leaks. What now?")
KEY = "reply-1@brumi.example"


def draft(there: Counterpart, text: str = "A new seal is on its way.", *, key: str = KEY) -> Draft:
    return Draft(key=key, text=text, to=there.target(QUESTION), author_name="Amir", approved_at=moment(60))


def send(there: Counterpart, reply: Draft | None = None) -> Outcome:
    """One attempt; whatever comes of it, at most one thing was sent to stand there."""
    assert there.network.publish
    before = there.attempts
    outcome = there.network.publish(there.settings(), reply or draft(there), ImpatientClient())
    assert there.attempts - before <= 1
    return outcome


def read_back(there: Counterpart) -> ReadBack:
    assert there.network.read_back
    return there.network.read_back(there.settings(), draft(there), ImpatientClient())


def look_up(there: Counterpart) -> Seen:
    assert there.network.look_up
    return there.network.look_up(there.settings(), there.target(QUESTION), ImpatientClient())
