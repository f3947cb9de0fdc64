"""A letter goes out at most once, whatever the server does."""

from datetime import timedelta
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.jobs import run_jobs
from oneroof.notify.actions import mailing, tell
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.actions.mailing import give_up_lost_letters, send_letter
from oneroof.notify.actions.reading import mark_read
from oneroof.notify.models import Letter, LetterState, Notice
from oneroof.notify.tasks import mail_notices
from oneroof.notify.tests.conftest import Post

pytestmark = pytest.mark.django_db(transaction=True)


def told(user: User, *titles: str, **more: Any) -> None:
    for title in titles:
        tell([user], key=title, kind="test", title=title, by_email=True, path="/desk/", **more)


def gathered(user: User, *titles: str) -> Letter:
    told(user, *titles)
    (letter_id,) = gather_letters()
    return Letter.objects.get(pk=letter_id)


def after(letter: Letter) -> Letter:
    send_letter(letter.pk)
    letter.refresh_from_db()
    return letter


def test_the_worker_mails_what_waits_in_one_letter_a_person(
    post: Post, agent: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(agent, "First", "Second", "Third")
    told(teammate, "Other")
    mail_notices.defer(timestamp=0)
    run_jobs()
    assert sorted((letter["To"], letter["Subject"]) for letter in post.taken) == [
        (agent.email, "First, and 2 more"),
        (teammate.email, "Other"),
    ]
    mail_notices.defer(timestamp=0)
    run_jobs()
    assert len(post.taken) == 2


def test_a_letter_reads_in_text_and_html_and_offers_a_way_out(post: Post, agent: User) -> None:
    letter = gathered(agent, "<b>Bold</b> news\nwith a line")
    assert after(letter).state == LetterState.SENT
    (taken,) = post.taken
    assert taken["Message-ID"] == f"<{letter.message_id}>"
    assert taken["Subject"] == "<b>Bold</b> news with a line"
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert taken["List-Unsubscribe"].startswith("<http")
    text, html = (part.get_content() for part in taken.iter_parts())
    assert "<b>Bold</b> news" in text
    assert "/desk/" in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in html


def test_it_is_committed_as_being_sent_before_the_server_hears_of_it(
    post: Post, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = gathered(agent, "News")
    seen = []
    compose = mailing.compose
    monkeypatch.setattr(
        mailing, "compose", lambda it: seen.append(Letter.objects.get(pk=it.pk).state) or compose(it)
    )
    after(letter)
    assert seen == [LetterState.SENDING]


def test_a_server_that_hangs_up_after_taking_it_leaves_it_unknown_and_gets_it_once(
    post: Post, agent: User
) -> None:
    post.drops = True
    letter = after(gathered(agent, "News"))
    assert letter.state == LetterState.UNKNOWN
    post.drops = False
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        assert gather_letters() == []
        after(letter)
    assert len(post.taken) == 1


def test_a_letter_refused_for_now_goes_later_with_the_same_id(post: Post, agent: User) -> None:
    post.says = "451 come again"
    letter = after(gathered(agent, "News"))
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 1)
    assert "come again" in letter.reason
    post.says = "250 taken"
    assert after(letter).state == LetterState.WAITING
    with clock.frozen_at(clock.now() + timedelta(hours=5)):
        assert after(letter).state == LetterState.SENT
    assert [taken["Message-ID"] for taken in post.taken] == [f"<{letter.message_id}>"]


@pytest.mark.parametrize("step", ["says", "says_to_recipient"])
def test_a_letter_refused_for_good_fails_and_says_why(post: Post, agent: User, step: str) -> None:
    setattr(post, step, "550 nobody of that name")
    letter = after(gathered(agent, "News"))
    assert letter.state == LetterState.FAILED
    assert "nobody of that name" in letter.reason


def test_a_server_that_is_not_there_is_tried_eight_times(agent: User, settings: Any) -> None:
    options = {"host": "127.0.0.1", "port": 1, "timeout": 2}
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    }
    letter, moment = gathered(agent, "News"), clock.now()
    for _attempt in range(mailing.MOST_ATTEMPTS + 2):
        moment += timedelta(hours=5)
        with clock.frozen_at(moment):
            after(letter)
    assert (letter.state, letter.attempts) == (LetterState.FAILED, mailing.MOST_ATTEMPTS)


def test_what_a_dead_sender_left_is_not_sent_again(post: Post, agent: User) -> None:
    letter = gathered(agent, "News")
    assert mailing._taken(letter.pk)
    assert mailing._taken(letter.pk) is None
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        assert give_up_lost_letters() == 1
        assert after(letter).state == LetterState.UNKNOWN
    assert post.taken == []


def test_what_was_read_meanwhile_is_not_mailed(post: Post, agent: User) -> None:
    letter = gathered(agent, "One", "Two")
    mark_read(agent, [Notice.objects.get(title="One").pk])
    after(letter)
    assert [taken["Subject"] for taken in post.taken] == ["Two"]


def test_somebody_switched_off_gets_no_letter(post: Post, agent: User) -> None:
    told(agent, "News")
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert gather_letters() == []


def test_letters_to_one_person_keep_their_distance(agent: User) -> None:
    gathered(agent, "First")
    told(agent, "Second")
    assert gather_letters() == []
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        assert len(gather_letters()) == 1


def test_a_letter_speaks_its_readers_language_and_clock(post: Post, agent: User) -> None:
    agent.time_zone = "Asia/Tokyo"
    agent.save()
    after(gathered(agent, "News"))
    assert "Asia/Tokyo" in post.taken[0].get_body(("plain",)).get_content()
