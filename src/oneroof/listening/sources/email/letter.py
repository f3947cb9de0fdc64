"""A reply as an e-mail: its own Message-ID, chosen beforehand, under the letter that it answers. Pure."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from oneroof.core.markdown import render
from oneroof.listening.sources.base import Draft, Settings

SUBJECT_LENGTH = 120
MOST_REFERENCES = 20


class UnwritableError(ValueError):
    """No letter can be made of it: there is no address to write to, or to write from."""


def letter(settings: Settings, draft: Draft, at: datetime) -> EmailMessage:
    """Raises UnwritableError."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    try:
        message["From"] = _address(str(settings.get("address", "")), str(settings.get("name") or ""))
        message["To"] = _address(draft.to.author_handle, draft.to.author_name)
    except ValueError as error:
        raise UnwritableError(f"This is not an e-mail address: {error}.") from error
    message["Subject"] = subject(draft.to.opening_text or draft.to.text)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = bracketed(message_id(draft))
    if draft.to.external_id:
        message["In-Reply-To"] = bracketed(draft.to.external_id)
        message["References"] = " ".join(references(draft))
    message.set_content(draft.text, cte="quoted-printable")
    message.add_alternative(str(render(draft.text)), subtype="html", cte="quoted-printable")
    return message


def message_id(draft: Draft) -> str:
    """The same at every attempt: it is made of the key alone."""
    return draft.key if "@" in draft.key else f"{draft.key}@oneroof.invalid"


def subject(answered: str) -> str:
    """The first line of what is answered, after one ``Re:``."""
    first = next((line.strip() for line in answered.splitlines() if line.strip()), "")
    while first[:3].lower() == "re:":
        first = first[3:].strip()
    return f"Re: {_one_line(first)[:SUBJECT_LENGTH]}".strip()


def references(draft: Draft) -> Sequence[str]:
    """The thread's first letter, our own ones, and the one that is answered (RFC 5322, section 3.6.4)."""
    line = [draft.to.thread_external_id, *draft.to.earlier_replies, draft.to.external_id]
    kept = list(dict.fromkeys(bracketed(name) for name in line if name))
    return [kept[0], *kept[1:][-MOST_REFERENCES:]]


def bracketed(name: str) -> str:
    """As a msg-id; what can't stand in one goes."""
    return f"<{''.join(c for c in name if c.isprintable() and c not in ' <>')}>"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _address(address: str, name: str) -> Address:
    spec = parseaddr(address)[1]
    if "@" not in spec or not spec.isprintable():
        raise ValueError(f"“{address}”")
    return Address(_one_line(name), addr_spec=spec)
