"""A letter leaves at most once: decision 0086.

It is *sending*, committed, before the server hears of it. What surely did not leave is tried again later; what
may have left never is.
"""

import smtplib
from datetime import timedelta

from django.core.mail import mailers
from django.db.models import F

from oneroof.core import clock
from oneroof.notify.letters import compose
from oneroof.notify.models import Letter, LetterState

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
LEFT_ALONE = timedelta(minutes=10)  # after which whoever was sending a letter is dead

NEVER_LEFT = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


def send_letter(letter_id: int) -> None:
    """Attempt once, if it waits and its time has come."""
    letter = _taken(letter_id)
    if letter is None:
        return
    message = compose(letter)
    if message is None:
        _settle(letter, LetterState.FAILED, "Everything in it was read meanwhile.")
        return
    connection = mailers["default"]
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _put_back(letter, str(error))
        return
    try:
        connection.send_messages([message])
    except NEVER_LEFT as error:
        _put_back(letter, str(error), for_good=_is_permanent(error))
    except (OSError, smtplib.SMTPException) as error:
        _settle(letter, LetterState.UNKNOWN, str(error) or type(error).__name__)
    else:
        _settle(letter, LetterState.SENT)
    finally:
        _hang_up(connection)


def give_up_lost_letters() -> int:
    """What was being sent when its process died: nobody knows whether it left, so it does not go again."""
    lost = Letter.objects.filter(state=LetterState.SENDING, changed_at__lt=clock.now() - LEFT_ALONE)
    return lost.update(
        state=LetterState.UNKNOWN, changed_at=clock.now(), reason="Its sender died on the way."
    )


def _taken(letter_id: int) -> Letter | None:
    """One conditional UPDATE, committed at once: who makes it *sending* sends it."""
    due = Letter.objects.filter(
        pk=letter_id, state=LetterState.WAITING, next_attempt_at__lte=clock.now(), user__is_active=True
    )
    taken = due.update(state=LetterState.SENDING, attempts=F("attempts") + 1, changed_at=clock.now())
    return Letter.objects.select_related("user").get(pk=letter_id) if taken else None


def _put_back(letter: Letter, reason: str, *, for_good: bool = False) -> None:
    if for_good or letter.attempts >= MOST_ATTEMPTS:
        _settle(letter, LetterState.FAILED, reason)
        return
    pause = min(FIRST_PAUSE * 2 ** (letter.attempts - 1), LONGEST_PAUSE)
    letter.next_attempt_at = clock.now() + pause
    _settle(letter, LetterState.WAITING, reason)


def _settle(letter: Letter, state: LetterState, reason: str = "") -> None:
    letter.state, letter.reason, letter.changed_at = state, reason, clock.now()
    letter.save(update_fields=["state", "reason", "changed_at", "next_attempt_at"])


def _is_permanent(error: smtplib.SMTPException) -> bool:
    """5yz is for good, 4yz is not (RFC 5321, section 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _hang_up(connection: object) -> None:
    """The letter's fate is known by now; a server that is rude at parting changes nothing."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return
