"""From a letter's bytes to a post. Pure.

A letter is known by its Message-ID, and stands under what it answers by In-Reply-To and References (RFC 5322,
section 3.6.4). Its text is what a mail program shows, its new words alone; its subject is the first line, but not
that of an answer to a letter of ours.
"""

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from hashlib import sha256

from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import BOUNCE, NAME_LIMIT, UNVERIFIED, RawPost, Settings
from oneroof.listening.sources.email.headers import addresses, header, message_ids, raw_header
from oneroof.listening.sources.email.kinds import OF_COMMUNITY, bounced, kind_of
from oneroof.listening.sources.email.mime import Body, attached, read_body
from oneroof.listening.sources.email.phrases import ANSWER
from oneroof.listening.sources.email.quoting import new_words

MOST_NESTED = 100
MOST_REFERENCES = 20
LATE = timedelta(days=1)
TOO_LATE = timedelta(days=365)
NESTS = re.compile(rb"boundary\s*=|message/(?:rfc822|global)", re.IGNORECASE)
CUT = "[The letter is longer than we read: see it in its mailbox.]"
OUR_REPLY = re.compile(r"reply-[0-9a-f]{32}@")


class UnreadableLetterError(ValueError):
    """A letter of which no post can be made, and why."""


def read_letter(raw: bytes, settings: Settings, received_at: datetime, *, size: int | None = None) -> RawPost:
    """``size`` is that of the whole letter, where ``raw`` is only its beginning. Raises UnreadableLetterError."""
    message = _parsed(raw)
    if failure := bounced(message):
        return _bounce(message, raw, failure, received_at)
    sender, name = author_of(message, settings)
    external_id = _message_id(message, raw)
    above = _above(message, external_id)
    body = read_body(message)
    kind = kind_of(message, settings)
    is_cut = size is not None and size > len(raw)
    return RawPost(
        external_id=external_id,
        author_handle=sender,
        author_name=name,
        text=_text(message, body, above, is_cut=is_cut),
        created_at=_said_at(message, received_at),
        parent_id=above[-1] if above else None,
        ancestor_ids=tuple(above[:-1]),
        kind=kind,
        said_by_us=_is_ours(sender, kind, settings),
        has_image=body.has_image,
        attachments=tuple(body.attachments),
    )


def author_of(message: Message, settings: Settings) -> tuple[str, str]:
    """Address and name. Who fills in a form of ours is its author, though the form's own address sends it:
    Reply-To is believed where the sender is of our own domain, or of the very domain that it names.

    Raises UnreadableLetterError.
    """
    senders = addresses(message, "From") or addresses(message, "Sender")
    if not senders:
        raise UnreadableLetterError("It does not say who wrote it.")
    name, address = senders[0]
    answer_to = addresses(message, "Reply-To")
    if len(answer_to) == 1 and not raw_header(message, "List-Id"):
        other_name, other = answer_to[0]
        if _domain(address) in (_domain(str(settings.get("address") or "")), _domain(other)):
            name, address = other_name or name, other
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}", name[:NAME_LIMIT]


def _parsed(raw: bytes) -> Message:
    if not raw.strip():
        raise UnreadableLetterError("It is empty.")
    if len(NESTS.findall(raw)) > MOST_NESTED:
        raise UnreadableLetterError(f"It has more than {MOST_NESTED} parts that hold parts.")
    return message_from_bytes(raw, policy=compat32)


def _bounce(message: Message, raw: bytes, failure: tuple[str, str], received_at: datetime) -> RawPost:
    """Under the letter that did not arrive; its text is the reason."""
    letter_id, reason = failure
    senders = [*addresses(message, "From"), ("", "mailer-daemon")]
    return RawPost(
        external_id=_message_id(message, raw),
        author_handle=senders[0][1],
        author_name=senders[0][0][:NAME_LIMIT],
        text=reason or header(message, "Subject"),
        created_at=_said_at(message, received_at),
        parent_id=letter_id,
        kind=BOUNCE,
        said_by_us=False,
    )


def _is_ours(sender: str, kind: str, settings: Settings) -> bool | None:
    """None: who we are elsewhere decides. What only claims to come from us does not."""
    if kind == UNVERIFIED:
        return False
    return True if sender.lower() == str(settings.get("address") or "").strip().lower() else None


def _text(message: Message, body: Body, above: list[str], *, is_cut: bool) -> str:
    subject = header(message, "Subject")
    is_answer = bool(above) or bool(ANSWER.match(subject))
    answers_ours = bool(above) and bool(OUR_REPLY.match(above[-1]) or OF_COMMUNITY.match(above[-1]))
    pieces = [
        "" if answers_ours and ANSWER.match(subject) else subject,
        new_words(body.text, is_answer=is_answer),
        attached(body),
        CUT if is_cut else "",
    ]
    return "\n\n".join(piece for piece in pieces if piece)


def _message_id(message: Message, raw: bytes) -> str:
    """Where the letter has none: made of the letter itself, so that it is the same wherever it is read again."""
    if names := message_ids(message, "Message-ID"):
        return names[0]
    bare = raw_header(message, "Message-ID").strip("<>")
    if bare and " " not in bare and len(bare) <= NAME_LIMIT:
        return bare
    _head, _blank, words = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    known = [raw_header(message, name).encode() for name in ("From", "To", "Date", "Subject")]
    return f"sha256-{sha256(b'\n'.join([*known, words])).hexdigest()}@letter.invalid"


def _above(message: Message, external_id: str) -> list[str]:
    """The thread's letters above this one, the first and the latest of them, what it answers last."""
    line = message_ids(message, "References")
    if answered := message_ids(message, "In-Reply-To"):
        line = [*(name for name in line if name != answered[0]), answered[0]]
    line = [name for name in line if name != external_id]
    return [*line[:1], *line[1:][-MOST_REFERENCES:]]


def _said_at(message: Message, received_at: datetime) -> datetime:
    """When it came, by our own server's clock: an answer from a computer whose clock is slow is not older than
    what it answers. As the letter says, where it came much later: it was long on its way, or put in by hand.
    """
    try:
        said_at = parse_moment(raw_header(message, "Date"))
    except UnreadableMomentError:
        return received_at
    return said_at if LATE < received_at - said_at < TOO_LATE else received_at


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()
