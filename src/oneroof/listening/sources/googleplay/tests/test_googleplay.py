"""What is peculiar to Google Play: service accounts, a week of reviews, one reply each, no tags, quotas."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.testing.web import answer
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import SourceError, add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import NotThere, PollFailedError, Refused, Sent, Standing
from oneroof.listening.sources.googleplay import NETWORK
from oneroof.listening.sources.googleplay.tests.counterpart import PEM, GoogleplayCounterpart, wrong
from oneroof.listening.sources.tests.answering import QUESTION, draft, look_up, read_back, send
from oneroof.listening.sources.tests.contract import BadDay, ImpatientClient, said

CLIENT = ImpatientClient()


@pytest.fixture
def there() -> Iterator[GoogleplayCounterpart]:
    with GoogleplayCounterpart() as far:
        far.serve([QUESTION])
        yield far


@pytest.fixture
def source(db: None, there: GoogleplayCounterpart) -> Source:
    return add_source(None, "googleplay", "our app", there.settings())


def hear(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    poll(claimed, NETWORK, CLIENT)
    source.refresh_from_db()


def test_one_token_serves_until_it_is_refused(there: GoogleplayCounterpart, source: Source) -> None:
    hear(source)
    hear(source)
    assert len(there.tokens) == 1
    there.tokens[0] = "revoked"
    hear(source)
    assert "credentials" in source.last_error
    hear(source)
    assert source.failures == 0
    assert len(there.tokens) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    ["", "secret", "{}", '{"client_email": "a", "private_key": "b", "token_uri": "c"}', "[" * 99_999],
    ids=["none", "words", "empty", "no key", "deep"],
)
def test_what_is_no_key_is_refused_when_it_is_entered(there: GoogleplayCounterpart, written: str) -> None:
    with pytest.raises(SourceError):
        add_source(None, "googleplay", "our app", {**there.settings(), "service_account": written})


def test_a_key_that_is_not_taken_is_told(there: GoogleplayCounterpart) -> None:
    there.web.routes["/token"] = answer(
        '{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}', status=400
    )
    assert NETWORK.identify
    with pytest.raises(PollFailedError, match="does not take the service account any more") as told:
        NETWORK.identify(there.settings(), CLIENT)
    assert PEM.splitlines()[1] not in told.value.reason


def test_a_review_is_heard_as_the_store_shows_it(there: GoogleplayCounterpart, source: Source) -> None:
    there.title = "Leaks"
    Source.objects.filter(pk=source.pk).update(settings={**source.settings, "show_rating": True})
    hear(source)
    post = Post.objects.get()
    assert post.text == f"★★☆☆☆\n\nLeaks\n\n{QUESTION.text}"
    assert (post.lang, post.likes, post.author_name) == ("en", 3, "mia")


def test_two_of_one_name_are_two(there: GoogleplayCounterpart, source: Source) -> None:
    there.serve([said(1), said(2, "Love it")])
    hear(source)
    assert len(set(Post.objects.values_list("author_handle", flat=True))) == 2


def test_a_deletion_within_the_week_is_noticed(there: GoogleplayCounterpart, source: Source) -> None:
    posts = [said(1, at=clock.ago(days=1)), said(2, at=clock.ago(days=2)), said(3, at=clock.ago(days=30))]
    there.serve(posts)
    hear(source)
    there.serve([])
    hear(source)
    gone = Post.objects.exclude(gone_at=None).values_list("external_id", flat=True)
    assert set(gone) == {there.external_id("1"), there.external_id("2")}


def test_what_was_changed_is_heard_again(there: GoogleplayCounterpart, source: Source) -> None:
    many = [said(number, at=clock.ago(days=2, minutes=number)) for number in range(1, 60)]
    there.serve(many)
    hear(source)
    there.serve(
        [replace(many[50], text="Works now", edited_at=clock.now() - timedelta(minutes=1)), *many[:50]]
    )
    hear(source)
    assert Post.objects.get(external_id=there.external_id("51")).text == "Works now"


def test_what_was_answered_in_the_console_is_heard_as_ours(
    there: GoogleplayCounterpart, source: Source
) -> None:
    there.replies[there.external_id("1")] = "We are sorry"
    hear(source)
    assert Post.objects.get(is_ours=True).text == "We are sorry"
    there.replies.clear()
    assert NETWORK.follow
    ours = f"{there.external_id('1')}/reply"
    followed = NETWORK.follow(there.settings(), there.external_id("1"), [ours], CLIENT)
    assert [each.external_id for each in followed.posts if each.deleted] == [ours]


def test_what_somebody_else_answered_is_not_overwritten(there: GoogleplayCounterpart) -> None:
    there.replies[there.external_id("1")] = "Somebody else's words"
    assert look_up(there).answered_by == ("developer",)
    outcome = send(there)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert there.attempts == 0
    assert isinstance(read_back(there), NotThere)


def test_a_further_reply_replaces_the_one_that_it_follows(there: GoogleplayCounterpart) -> None:
    first = send(there)
    assert isinstance(first, Sent)
    target = replace(there.target(QUESTION), earlier_replies=(first.external_id,))
    assert isinstance(send(there, replace(draft(there, "It is on its way."), to=target)), Sent)
    assert [each.text for each in there.standing()] == ["It is on its way."]


@pytest.mark.parametrize("text", ["قالت 😡 جدًا", "👩‍👩‍👧‍👦 🫖", "1 < 2 & 3 > 2, “two”"])
def test_any_text_without_tags_comes_through(there: GoogleplayCounterpart, text: str) -> None:
    assert isinstance(send(there, draft(there, text)), Sent)
    assert [each.text for each in there.standing()] == [text]


@pytest.mark.parametrize("text", ["See <b>here</b>", "x" * 351, "<!-- -->"])
def test_what_would_not_come_through_is_not_sent(there: GoogleplayCounterpart, text: str) -> None:
    assert isinstance(send(there, draft(there, text)), Refused)
    assert not there.web.asked


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"])
def test_a_spent_quota_is_no_refusal(there: GoogleplayCounterpart, reason: str) -> None:
    there.web.routes[there_path(there)] = wrong(403, reason)
    outcome = send(there)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent


def there_path(there: GoogleplayCounterpart) -> str:
    address = f"/androidpublisher/v3/applications/example.brumi.kettle/reviews/{there.external_id('1')}"
    return f"{address.replace('gp:', 'gp%3A')}:reply"


def test_a_page_token_that_is_not_taken_is_left(there: GoogleplayCounterpart) -> None:
    assert NETWORK.fill
    there.web.routes["/androidpublisher/v3/applications/example.brumi.kettle/reviews"] = wrong(400)
    batch = NETWORK.fill(there.settings(), {"token": "old", "recent": {}}, CLIENT)
    assert batch.gap
    assert batch.gap["fillable"] is False


def test_each_kind_of_request_has_its_budget(there: GoogleplayCounterpart) -> None:
    assert NETWORK.allow
    asked = [("GET", "/a"), ("POST", "/a/gp%3A1:reply"), ("POST", "/token")]
    found = [NETWORK.allow(there.settings(), method, f"https://x.example{path}") for method, path in asked]
    assert [[(each.limit, each.seconds) for each in budgets] for budgets in found] == [
        [(200, 3_600.0)], [(2_000, 86_400.0)], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "nonsense", [{"reviews": 3}, [1], {"reviews": [3, {}, {"reviewId": "a", "comments": 3}]}]
)
def test_strange_answers_are_told(there: GoogleplayCounterpart, source: Source, nonsense: Any) -> None:
    hear(source)
    there.web.routes["/androidpublisher/v3/applications/example.brumi.kettle/reviews"] = answer(
        json.dumps(nonsense)
    )
    hear(source)
    assert source.last_error or source.rejected.exists()


def test_an_old_review_that_is_not_shown_is_not_called_gone(there: GoogleplayCounterpart) -> None:
    there.serve([])
    assert NETWORK.follow
    assert not NETWORK.follow(there.settings(), there.external_id("1"), [], CLIENT).posts
    assert look_up(there).standing is Standing.GONE
    there.misbehave(BadDay.BROKEN)
    assert look_up(there).standing is Standing.UNKNOWN
