"""What is peculiar to the App Store: tokens that we sign, one response a review, stars, filters."""

from collections.abc import Iterator
from dataclasses import replace

import jwt
import pytest

from oneroof.core import clock
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import SourceError, add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.appstore import NETWORK
from oneroof.listening.sources.appstore.account import Store
from oneroof.listening.sources.appstore.tests.counterpart import ISSUER_ID, KEY, PEM, AppstoreCounterpart
from oneroof.listening.sources.base import NotThere, PollFailedError, Refused, Sent, Unknown
from oneroof.listening.sources.tests.answering import QUESTION, draft, look_up, read_back, send
from oneroof.listening.sources.tests.contract import BadDay, ImpatientClient, said

CLIENT = ImpatientClient()


@pytest.fixture
def there() -> Iterator[AppstoreCounterpart]:
    with AppstoreCounterpart() as far:
        far.serve([QUESTION])
        yield far


@pytest.fixture
def source(db: None, there: AppstoreCounterpart) -> Source:
    return add_source(None, "appstore", "our app", there.settings())


def hear(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    poll(claimed, NETWORK, CLIENT)
    source.refresh_from_db()


def claims(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(
        token, KEY.public_key(), algorithms=["ES256"], audience="appstoreconnect-v1"
    )
    return found


def test_a_token_is_of_the_team_or_of_one_person(there: AppstoreCounterpart) -> None:
    assert claims(Store.of(there.settings()).token())["iss"] == ISSUER_ID
    of_one = claims(Store.of({**there.settings(), "issuer_id": ""}).token())
    assert of_one["sub"] == "user"
    assert "iss" not in of_one


@pytest.mark.parametrize(
    "written",
    [PEM, PEM.replace("\n", ""), PEM.replace("\n", " "), PEM.replace("\n", "\r\n")],
    ids=["whole", "one line", "spaces", "carriage returns"],
)
def test_a_key_is_read_however_it_was_pasted(there: AppstoreCounterpart, written: str) -> None:
    assert NETWORK.identify
    assert NETWORK.identify({**there.settings(), "private_key": written}, CLIENT).name == "Brumi"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "é"]
)
def test_what_is_no_key_is_refused_when_it_is_entered(there: AppstoreCounterpart, written: str) -> None:
    with pytest.raises(SourceError):
        add_source(None, "appstore", "our app", {**there.settings(), "private_key": written})


def test_what_is_no_key_sends_nothing(there: AppstoreCounterpart) -> None:
    broken = {**there.settings(), "private_key": "secret"}
    assert NETWORK.poll
    assert NETWORK.publish
    with pytest.raises(PollFailedError, match="cannot be read"):
        NETWORK.poll(broken, {}, CLIENT)
    assert isinstance(NETWORK.publish(broken, draft(there), CLIENT), Refused)
    assert not there.web.asked


def test_a_review_is_heard_as_the_store_shows_it(there: AppstoreCounterpart, source: Source) -> None:
    there.title = "Leaks"
    Source.objects.filter(pk=source.pk).update(settings={**source.settings, "show_rating": True})
    hear(source)
    post = Post.objects.get()
    assert post.text == f"★★☆☆☆\n\nLeaks\n\n{QUESTION.text}"
    assert (post.kind, post.is_to_us) == ("review", True)


def test_only_some_stars_are_heard_where_one_asks_for_them(there: AppstoreCounterpart) -> None:
    assert NETWORK.poll
    assert NETWORK.poll({**there.settings(), "ratings": "1, 2", "territories": "usa, deu"}, {}, CLIENT).posts
    assert not NETWORK.poll({**there.settings(), "ratings": "5"}, {}, CLIENT).posts
    assert "filter%5Bterritory%5D=USA%2CDEU" in there.web.asked[0].path


def test_what_was_answered_in_the_store_itself_is_heard_as_ours(
    there: AppstoreCounterpart, source: Source
) -> None:
    there.stand(there.external_id("1"), "We are sorry")
    hear(source)
    ours = Post.objects.get(is_ours=True)
    assert ours.text == "We are sorry"
    there.responses.clear()
    assert NETWORK.follow
    followed = NETWORK.follow(there.settings(), there.external_id("1"), [ours.external_id], CLIENT)
    assert [each.external_id for each in followed.posts if each.deleted] == [ours.external_id]


def test_the_past_is_filled_as_far_back_as_was_asked_for(there: AppstoreCounterpart) -> None:
    there.serve([said(number, at=clock.ago(days=number)) for number in range(1, 200)])
    assert NETWORK.poll
    assert NETWORK.fill
    settings = {**there.settings(), "days_back": 90}
    batch = NETWORK.poll(settings, {}, CLIENT)
    heard = list(batch.posts)
    while batch.gap:
        batch = NETWORK.fill(settings, batch.gap, CLIENT)
        heard += batch.posts
    assert 90 <= len({each.external_id for each in heard}) <= 110


def test_what_somebody_else_answered_is_not_overwritten(there: AppstoreCounterpart) -> None:
    there.stand(there.external_id("1"), "Somebody else's words")
    assert look_up(there).answered_by == ("developer",)
    outcome = send(there)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert there.attempts == 0
    assert isinstance(read_back(there), NotThere)


def test_a_further_reply_replaces_the_one_that_it_follows(there: AppstoreCounterpart) -> None:
    first = send(there)
    assert isinstance(first, Sent)
    target = replace(there.target(QUESTION), earlier_replies=(first.external_id,))
    further = replace(draft(there, "It is on its way.", key="reply-2"), to=target)
    assert isinstance(send(there, further), Sent)
    assert [each.text for each in there.standing()] == ["It is on its way."]


def test_what_stands_there_already_is_not_sent_again(there: AppstoreCounterpart) -> None:
    there.misbehave(BadDay.HANGS_AFTER, writes=True)
    assert isinstance(send(there), Unknown)
    there.behave()
    assert isinstance(send(there), Sent)
    assert there.attempts == 1


def test_a_reply_that_is_too_long_is_not_sent(there: AppstoreCounterpart) -> None:
    assert isinstance(send(there, draft(there, "x" * 5_971)), Refused)
    assert not there.web.asked
