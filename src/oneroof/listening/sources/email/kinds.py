"""What sort of letter it is: a person's, a machine's answer, or word that one of ours did not arrive. Pure."""

import re
from email.message import Message

from oneroof.listening.sources.base import AUTO_REPLY, TO_COMMUNITY, UNVERIFIED, Settings
from oneroof.listening.sources.email.headers import (
    decoded,
    header,
    message_ids,
    raw_header,
    raw_headers,
    words_of,
)
from oneroof.listening.sources.email.mime import read_body
from oneroof.listening.sources.email.phrases import AWAY
from oneroof.listening.sources.visible import storable

LETTER = "letter"
OF_COMMUNITY = re.compile(r"community-\d+-\d+-[0-9a-f]{20}@")
REASON_LENGTH = 1_000
STATUS_BYTES = 65_536
PRECEDENCE = frozenset({"bulk", "junk", "auto_reply"})
"""Not “list”: a person may write through one, and company addresses often are one."""
SAYS_SO = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From", "X-Mail-Autoreply")
FIELD = re.compile(r"^([A-Za-z-]{1,40}):[ \t]*(.{0,2000})$", re.MULTILINE)
RESULT = re.compile(r"\b(dmarc|spf|dkim)\s{0,3}=\s{0,3}([a-z]{1,20})", re.IGNORECASE)


def kind_of(message: Message, settings: Settings) -> str:
    if is_automatic(message):
        return AUTO_REPLY
    if is_forged(message, str(settings.get("mail_server_name") or "")):
        return UNVERIFIED
    return TO_COMMUNITY if answers_community(message) else LETTER


def answers_community(message: Message) -> bool:
    """What it answers is a letter that the community sent; whether truly so, the community knows."""
    answered = message_ids(message, "In-Reply-To") or message_ids(message, "References")[-1:]
    return any(OF_COMMUNITY.match(name) for name in answered)


def is_automatic(message: Message) -> bool:
    """Nobody wrote it (RFC 3834), as far as its headers say."""
    submitted = raw_header(message, "Auto-Submitted").split(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _report_type(message) in ("delivery-status", "disposition-notification")
        or raw_header(message, "Precedence").lower() in PRECEDENCE
        or any(raw_headers(message, name) for name in SAYS_SO)
        or raw_header(message, "Return-Path").replace(" ", "") == "<>"
        or bool(AWAY.match(header(message, "Subject")))
    )


def is_forged(message: Message, our_server: str) -> bool:
    """Our own mail server found that its sender is not who it says (RFC 8601). Others' findings are worth nothing,
    and so are ours where we do not know the server's name."""
    wanted = our_server.strip().lower()
    for value in raw_headers(message, "Authentication-Results"):
        server, _semicolon, findings = value.partition(";")
        if server.lower().split()[:1] == [wanted]:
            found: dict[str, str] = {
                method.lower(): result.lower() for method, result in RESULT.findall(findings)
            }
            if "dmarc" in found and found["dmarc"] not in ("none", "temperror"):
                return found["dmarc"] != "pass"
            return bool(found) and "pass" not in found.values()
    return False


def bounced(message: Message) -> tuple[str, str] | None:
    """The Message-ID of the letter that did not arrive, and why (RFC 3464); None where none says so.

    A delay is not a failure, and neither is a word of success.
    """
    if _report_type(message) != "delivery-status":
        return _bounced_plainly(message)
    parts = list(message.walk())[:50]
    status = next(
        (_status(part) for part in parts if part.get_content_type() == "message/delivery-status"), {}
    )
    if status.get("action", "failed").lower() != "failed":
        return None
    returned = _returned_id(parts) or next(iter(_answered(message)), "")
    return (returned, _reason(status)) if returned else None


def _bounced_plainly(message: Message) -> tuple[str, str] | None:
    """Servers that report in their own way name whom they could not reach (qmail, Exim)."""
    if not raw_header(message, "X-Failed-Recipients"):
        return None
    returned = next(iter(_answered(message)), "") or _returned_id(list(message.walk())[:50])
    return (returned, read_body(message).text[:REASON_LENGTH].strip()) if returned else None


def _answered(message: Message) -> list[str]:
    return message_ids(message, "In-Reply-To") or message_ids(message, "References")[-1:]


def _report_type(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type", "")).lower()


def _status(part: Message) -> dict[str, str]:
    """The fields of its groups, the last recipient's over the letter's."""
    found: dict[str, str] = {}
    for group in part.walk():
        if group.is_multipart():
            continue
        found |= {name.lower(): " ".join(str(value).split()) for name, value in group.items()}
        payload = group.get_payload(decode=True)
        if isinstance(payload, bytes):
            words = decoded(payload[:STATUS_BYTES], "utf-8")
            found |= {name.lower(): value.strip() for name, value in FIELD.findall(words)}
    return found


def _reason(status: dict[str, str]) -> str:
    recipient = status.get("final-recipient", "").rpartition(";")[2].strip()
    said = status.get("diagnostic-code", "").partition(";")[2].strip() or status.get("status", "")
    told = ": ".join(part for part in (words_of(recipient), words_of(said)) if part)
    return storable(told)[:REASON_LENGTH]


def _returned_id(parts: list[Message]) -> str:
    """That of the letter which the report brings back, whole or its headers alone."""
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            written = part.get_payload(decode=True)
            text = decoded(written[:STATUS_BYTES], "utf-8") if isinstance(written, bytes) else ""
            if found := re.search(r"^Message-ID:\s*<([^<>\s]{1,500})>", text, re.IGNORECASE | re.MULTILINE):
                return found[1]
        elif kind == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            if isinstance(inner, Message) and (names := message_ids(inner, "Message-ID")):
                return names[0]
    return ""
