"""What is peculiar to a Page: signed webhooks, comments below posts, codes of errors, replies below replies."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from oneroof.core import clock
from oneroof.listening.models import Post, RejectedPost, Source, SourceGap
from oneroof.listening.sources.base import (
    NotThere,
    Outcome,
    PollFailedError,
    Refused,
    Sent,
    Standing,
    Unknown,
)
from oneroof.listening.sources.facebook import NETWORK
from oneroof.listening.sources.facebook.tests.conftest import hear
from oneroof.listening.sources.facebook.tests.counterpart import (
    PAGE_ID,
    FacebookCounterpart,
)
from oneroof.listening.sources.tests.answering import QUESTION, draft, look_up, read_back, send
from oneroof.listening.sources.tests.contract import BadDay, ImpatientClient, Said, moment, said
from oneroof.listening.sources.tests.meta import APP_ID, APP_SECRET, CODE, PERSON, TOKEN, fault

CLIENT = ImpatientClient()
POST, COMMENT = said(1), said(2, "Mine too", author="jo", parent="1")
REPLY = said(3, "And mine", author="al", parent="2")


def test_a_busy_post_is_read_to_its_last_comment(there: FacebookCounterpart, source: Source) -> None:
    """More comments than come with the post are a gap, which is filled."""
    there.serve([POST])
    hear(source)
    many = [said(number, f"Comment {number}", parent="1", at=moment(100 + number)) for number in range(2, 40)]
    there.serve([POST, *many])
    for _turn in range(3):
        hear(source)
    assert source.heard == 39
    assert not SourceGap.objects.filter(filled_at=None).exists()


def test_the_past_is_filled_as_many_days_back_as_were_asked_for(there: FacebookCounterpart) -> None:
    posts = [said(number, f"Day {number}", at=clock.ago(days=60 - number)) for number in range(60)]
    there.serve(posts)
    first = NETWORK.poll and NETWORK.poll({**there.settings(), "days_back": 30}, {}, CLIENT)
    assert first
    assert first.gap
    heard, gap = [each.text for each in first.posts], first.gap
    while gap and NETWORK.fill:
        batch = NETWORK.fill({**there.settings(), "days_back": 30}, gap, CLIENT)
        heard, gap = heard + [each.text for each in batch.posts], batch.gap
    assert {f"Day {number}" for number in range(31, 60)} <= set(heard)
    assert "Day 5" not in heard


def test_none_of_the_past_is_heard_where_none_is_asked_for(there: FacebookCounterpart) -> None:
    there.serve([said(number) for number in range(1, 60)])
    assert NETWORK.poll
    assert NETWORK.poll({**there.settings(), "days_back": 0}, {}, CLIENT).gap is None


def test_a_comment_that_is_gone_is_noticed(there: FacebookCounterpart, source: Source) -> None:
    there.serve([POST, COMMENT])
    hear(source)
    there.serve([POST, replace(COMMENT, deleted=True)])
    hear(source)
    assert Post.objects.exclude(gone_at=None).get().external_id == there.external_id("2")


def test_a_thread_is_followed_from_its_root(there: FacebookCounterpart) -> None:
    there.serve([POST, COMMENT, REPLY])
    assert NETWORK.follow
    known = [there.external_id(number) for number in ("2", "3")]
    gone_too = f"{PAGE_ID}_77"
    followed = NETWORK.follow(there.settings(), known[1], [*known, gone_too], CLIENT)
    by_id = {each.external_id: each for each in followed.posts}
    assert by_id[known[1]].parent_id == known[0]
    assert by_id[known[0]].parent_id == there.external_id("1")
    assert by_id[gone_too].deleted


def test_the_token_is_in_no_address(there: FacebookCounterpart, source: Source) -> None:
    there.serve([POST])
    hear(source)
    send(there)
    assert not [asked.path for asked in there.web.asked if TOKEN in asked.path or APP_SECRET in asked.path]


def test_whose_token_it_is(there: FacebookCounterpart) -> None:
    assert NETWORK.identify
    assert NETWORK.identify(there.settings(), CLIENT).name == "Brumi"
    with pytest.raises(PollFailedError, match="not the Page's own"):
        NETWORK.identify({**there.settings(), "page_id": "105"}, CLIENT)


def test_a_token_that_ends_is_known_before_it_does(there: FacebookCounterpart) -> None:
    assert NETWORK.identify
    assert NETWORK.identify(there.settings(), CLIENT).expires_at is None
    account = NETWORK.identify({**there.settings(), "app_id": APP_ID}, CLIENT)
    assert account.expires_at == datetime.fromtimestamp(1_800_000_000, UTC)


BACK = "https://oneroof.example/desk/back"


def test_a_page_is_connected_in_the_browser(there: FacebookCounterpart) -> None:
    """Only the Page's token is kept, and no address holds a secret."""
    assert NETWORK.oauth
    fresh = {**there.settings(), "access_token": "", "app_id": APP_ID}
    begun = NETWORK.oauth.begin(fresh, BACK, "the-state", CLIENT)
    asked = {name: each[0] for name, each in parse_qs(urlsplit(begun.url).query).items()}
    assert (asked["client_id"], asked["redirect_uri"], asked["state"]) == (APP_ID, BACK, "the-state")
    assert "pages_manage_engagement" in asked["scope"]
    assert NETWORK.oauth.finish(fresh, begun.memory, CODE, CLIENT) == {"access_token": TOKEN}
    assert APP_SECRET not in begun.url
    assert not [one.path for one in there.web.asked if APP_SECRET in one.path or PERSON in one.path]


def test_a_code_that_is_not_taken_connects_nothing(there: FacebookCounterpart) -> None:
    assert NETWORK.oauth
    fresh = {**there.settings(), "app_id": APP_ID}
    begun = NETWORK.oauth.begin(fresh, BACK, "the-state", CLIENT)
    with pytest.raises(PollFailedError, match="has been used"):
        NETWORK.oauth.finish(fresh, begun.memory, "another", CLIENT)
    with pytest.raises(PollFailedError, match="another app"):
        NETWORK.oauth.finish({**fresh, "app_id": "12"}, begun.memory, CODE, CLIENT)
    with pytest.raises(PollFailedError, match="no app yet"):
        NETWORK.oauth.begin(there.settings(), BACK, "the-state", CLIENT)


# Answering


@pytest.mark.parametrize(
    ("status", "code", "subcode", "outcome"),
    [
        (400, 4, 0, Refused("", permanent=False)),
        (400, 17, 0, Refused("", permanent=False)),
        (400, 32, 0, Refused("", permanent=False)),
        (400, 613, 0, Refused("", permanent=False)),
        (400, 368, 0, Refused("", permanent=False)),
        (400, 190, 463, Refused("", permanent=True)),
        (400, 100, 0, Refused("", permanent=True)),
        (400, 100, 33, Refused("", permanent=True)),
        (403, 10, 0, Refused("", permanent=True)),
        (403, 200, 0, Refused("", permanent=True)),
        (400, 1, 0, Unknown("")),
        (400, 2, 0, Unknown("")),
        (400, 506, 0, Unknown("")),
    ],
)
def test_what_each_code_says_of_a_reply(
    there: FacebookCounterpart, status: int, code: int, subcode: int, outcome: Outcome
) -> None:
    there.web.routes[f"/v24.0/{PAGE_ID}_1/comments"] = fault(status, code, subcode, "No")
    found = NETWORK.publish and NETWORK.publish(there.settings(), draft(there), CLIENT)
    assert type(found) is type(outcome)
    assert getattr(found, "permanent", None) == getattr(outcome, "permanent", None)


def test_a_reply_to_a_reply_is_found_below_the_comment_that_both_stand_under(
    there: FacebookCounterpart,
) -> None:
    there.serve([POST, COMMENT, REPLY])
    answering = replace(draft(there), to=there.target(REPLY))
    assert NETWORK.read_back
    assert isinstance(NETWORK.read_back(there.settings(), answering, CLIENT), NotThere)
    there._answer(there.external_id("2"), answering.text)
    found = NETWORK.read_back(there.settings(), answering, CLIENT)
    assert isinstance(found, Sent)
    earlier = replace(answering, to=replace(answering.to, earlier_replies=(found.external_id,)))
    assert isinstance(NETWORK.read_back(there.settings(), earlier, CLIENT), NotThere)


def test_a_reply_that_shows_late_is_found(
    there: FacebookCounterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.serve([QUESTION])
    there._answer(there.external_id("1"), draft(there).text)
    shown, times = there._below, iter([True])
    monkeypatch.setattr(there, "_below", lambda parent: [] if next(times, False) else shown(parent))
    assert isinstance(read_back(there), Sent)


def test_the_same_words_of_somebody_else_are_not_ours(there: FacebookCounterpart) -> None:
    there.serve([QUESTION, said(2, draft(there).text, author="jo", parent="1")])
    assert isinstance(read_back(there), NotThere)


def test_a_closed_comment_is_looked_up(there: FacebookCounterpart, monkeypatch: pytest.MonkeyPatch) -> None:
    there.serve([POST, COMMENT])
    entry = there.entry

    def closed(each: Said) -> dict[str, Any]:
        return {**entry(each), "can_comment": False}

    monkeypatch.setattr(there, "entry", closed)
    assert NETWORK.look_up
    assert NETWORK.look_up(there.settings(), there.target(COMMENT), CLIENT).standing is Standing.CLOSED
    assert look_up(there).standing is not Standing.GONE


def test_without_a_token_nothing_is_asked_and_nothing_sent(there: FacebookCounterpart) -> None:
    bare = {**there.settings(), "access_token": ""}
    assert not NETWORK.is_answerable(bare)
    assert NETWORK.poll
    assert NETWORK.publish
    with pytest.raises(PollFailedError, match="must be connected"):
        NETWORK.poll(bare, {}, CLIENT)
    assert isinstance(NETWORK.publish(bare, draft(there), CLIENT), Refused)
    assert not there.web.asked


@pytest.mark.parametrize("nonsense", [{"data": 3}, {"data": [3, None, {}]}, {}, [1]])
def test_strange_answers_are_told(there: FacebookCounterpart, source: Source, nonsense: Any) -> None:
    there.web.routes[f"/v24.0/{PAGE_ID}/feed"] = there.json(nonsense)
    hear(source)
    assert source.last_error or RejectedPost.objects.filter(source=source).exists()


def test_a_throttled_page_waits_as_long_as_it_is_told(there: FacebookCounterpart, source: Source) -> None:
    there.misbehave(BadDay.THROTTLED_UNTIL)
    hear(source)
    assert "error 32" in source.last_error
    assert json.dumps(source.cursor) == "{}"
