"""A letter about an entry is answered by mail, and the answer stands under the entry once."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from oneroof.accounts.models import User
from oneroof.community.actions.following import follow
from oneroof.community.actions.letters import take_letters
from oneroof.community.actions.telling import tell_followers
from oneroof.community.actions.writing import ask
from oneroof.community.models import Entry, Group, Kind, Visibility
from oneroof.core.testing.jobs import run_jobs
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import TO_COMMUNITY
from oneroof.listening.sources.email.parse import read_letter
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.actions.mailing import send_letter
from oneroof.notify.actions.preferring import choose
from oneroof.notify.models import Letter, Notice
from oneroof.notify.tests.conftest import Post as MailServer
from oneroof.notify.tests.conftest import post as mail_server

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["mail_server"]
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
CARE = "care@brumi.example"
QUOTED = "\n\nOn Mon, 4 May 2026 at 09:00, Brumi wrote:\n> My kettle leaks. What now?\n> It drips.\n"


@pytest.fixture
def mailbox(db: None) -> Source:
    settings = {"address": CARE, "imap_host": "imap.brumi.example"}
    return Source.objects.create(network="email", name="Care's mailbox", settings=settings)


@pytest.fixture
def question_of_followed_tag(mailbox: Source, question: Entry, helper: User, member: User) -> Entry:
    follow(helper, question.tags.get())
    asked = ask(member, "And the lid?", "It rattles.", group=question.group, tags="seal")
    tell_followers(asked.pk)
    return asked


def letter_id(person: User) -> str:
    return Notice.objects.get(user=person, kind="community_followed").message_id


def reply(answered: str, sender: str, text: str, **headers: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, CARE, "Re: Mia Member wrote: And the lid?"
    letter["Message-ID"], letter["In-Reply-To"] = f"<{abs(hash(text))}@home.example>", f"<{answered}>"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text + QUOTED)
    return bytes(letter)


def heard(mailbox: Source, raw: bytes) -> list[int]:
    receive_posts(mailbox, [read_letter(raw, mailbox.settings, NOW)])
    return list(Post.objects.filter(source=mailbox).values_list("pk", flat=True))


def below(entry: Entry) -> list[tuple[str, str]]:
    return list(Entry.objects.filter(root=entry).order_by("pk").values_list("kind", "body"))


def test_an_answer_by_mail_stands_once_without_what_it_quotes(
    mailbox: Source, question_of_followed_tag: Entry, helper: User
) -> None:
    ids = heard(mailbox, reply(letter_id(helper), helper.email, "Press it down until it clicks."))
    assert [take_letters(ids) for _again in range(2)] == [1, 1]
    assert below(question_of_followed_tag) == [("answer", "Press it down until it clicks.")]
    written = Entry.objects.get(kind=Kind.ANSWER, root=question_of_followed_tag)
    assert written.author
    assert written.author.user == helper
    assert Post.objects.get(pk=ids[0]).kind == TO_COMMUNITY


def test_the_worker_tells_and_takes_without_being_asked(
    mailbox: Source, question: Entry, helper: User, member: User
) -> None:
    follow(helper, question.tags.get())
    asked = ask(member, "And the lid?", "It rattles.", group=question.group, tags="seal")
    run_jobs()
    answered = Notice.objects.get(user=helper, key=f"community:{asked.pk}").message_id
    heard(mailbox, reply(answered, helper.email, "Press it down until it clicks."))
    run_jobs()
    assert below(asked) == [("answer", "Press it down until it clicks.")]


def test_the_asker_answers_with_a_comment(
    mailbox: Source, question: Entry, answered: Entry, member: User
) -> None:
    tell_followers(answered.pk)
    take_letters(heard(mailbox, reply(letter_id(member), member.email.upper(), "Thank you, that was it.")))
    assert below(question)[-1] == ("comment", "Thank you, that was it.")


def test_a_letter_from_elsewhere_is_not_believed_and_its_owner_is_told(
    mailbox: Source, question_of_followed_tag: Entry, helper: User, agent: User
) -> None:
    ids = heard(mailbox, reply(letter_id(helper), "stranger@elsewhere.example", "Buy my pills."))
    assert take_letters(ids) == 0
    assert below(question_of_followed_tag) == []
    notice = Notice.objects.get(user=helper, kind="community_letter")
    assert "stranger@elsewhere.example" in notice.body
    assert notice.by_email


def test_a_name_that_we_did_not_sign_is_nothing_to_us(
    mailbox: Source, question_of_followed_tag: Entry, helper: User
) -> None:
    forged = f"community-{question_of_followed_tag.pk}-{helper.pk}-{'0' * 20}@localhost"
    assert take_letters(heard(mailbox, reply(forged, helper.email, "Hello?"))) == 0
    assert not Notice.objects.filter(kind="community_letter").exists()


def test_an_absence_is_no_answer(mailbox: Source, question_of_followed_tag: Entry, helper: User) -> None:
    raw = reply(letter_id(helper), helper.email, "I am away.", Auto_Submitted="auto-replied")
    assert take_letters(heard(mailbox, raw)) == 0
    assert below(question_of_followed_tag) == []


def test_who_may_not_read_it_any_more_is_told_that_it_was_not_taken(
    mailbox: Source, question_of_followed_tag: Entry, helper: User
) -> None:
    answered = letter_id(helper)
    Group.objects.update(visibility=Visibility.SECRET)
    assert take_letters(heard(mailbox, reply(answered, helper.email, "Press it."))) == 0
    assert below(question_of_followed_tag) == []
    assert Notice.objects.filter(user=helper, kind="community_letter").count() == 1


def test_a_letter_says_where_it_is_answered_and_what_to_press_to_leave(
    mail_server: MailServer, question_of_followed_tag: Entry, helper: User
) -> None:
    (letter,) = Letter.objects.filter(pk__in=gather_letters(), user=helper)
    send_letter(letter.pk)
    (taken,) = mail_server.taken
    assert taken["Message-ID"] == f"<{letter_id(helper)}>"
    assert taken["Reply-To"] == CARE
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Answer this letter" in taken.get_body(("plain",)).get_content()


def test_where_no_mailbox_is_heard_a_letter_cannot_be_answered(
    question: Entry, answered: Entry, member: User
) -> None:
    tell_followers(answered.pk)
    notice = Notice.objects.get(user=member)
    assert (notice.message_id, notice.answer_to) == ("", "")


def test_whoever_wants_it_daily_gets_all_of_it_in_one_letter(
    mailbox: Source, question_of_followed_tag: Entry, helper: User, member: User
) -> None:
    choose(helper, ways={}, takes_email=True, quiet_from=None, quiet_until=None, rhythm="daily")
    again = ask(member, "And the spout?", "It dribbles.", group=question_of_followed_tag.group, tags="seal")
    tell_followers(again.pk)
    (letter,) = Letter.objects.filter(pk__in=gather_letters())
    assert letter.notices.count() == 2
    third = ask(member, "And the base?", "It hums.", group=question_of_followed_tag.group, tags="seal")
    tell_followers(third.pk)
    assert gather_letters() == []


def test_a_notice_is_told_in_its_readers_language(question: Entry, answered: Entry, member: User) -> None:
    User.objects.filter(pk=member.pk).update(language="es")
    tell_followers(answered.pk)
    assert Notice.objects.get(user=member).title == "Hugo Helps respondió: My kettle leaks. What now?"
