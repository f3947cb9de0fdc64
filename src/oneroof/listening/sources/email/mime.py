"""What a person sees of a letter's body (RFC 2045–2047, 3676): its text, and what is attached. Pure.

Attachments are named, and never opened or kept: they stay in the mailbox. Nothing that a letter points to is
fetched.
"""

import re
from dataclasses import dataclass, field
from email.message import Message

from oneroof.listening.sources.email.headers import addresses, decoded, header, words_of
from oneroof.listening.sources.visible import storable, text_of_html

DEPTH = 8
PARTS = 200
TEXT_BYTES = 2 * 1024 * 1024
TEXT_LENGTH = 131_072
SHOWN_ATTACHMENTS = 20
NAME_LENGTH = 120
ENCRYPTED = "[This letter is encrypted: it can be read in its mailbox only.]"
NOT_SHOWN = frozenset(
    {
        "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
        "application/pgp-keys", "application/pgp-encrypted", "message/delivery-status",
        "message/disposition-notification", "text/rfc822-headers",
    }
)  # fmt: skip
OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
QUOTE_BEGINS, QUOTE_ENDS = "\ue0f0", "\ue0f1"
QUOTE_TAG = re.compile(r"<(/?)blockquote\b", re.IGNORECASE)
MANY_BREAKS = re.compile(r"\n[ \t\n]*\n\n")
CALENDAR_FIELD = re.compile(
    r"(SUMMARY|DTSTART|LOCATION|METHOD)(?:;[^:\r\n]{0,200})?:(.{1,500})", re.IGNORECASE
)


@dataclass(slots=True)
class Body:
    """``texts`` in their order; ``attachments`` as a person reads them: name, type, size."""

    texts: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    has_image: bool = False

    @property
    def text(self) -> str:
        return "\n\n".join(text for text in self.texts if text)[:TEXT_LENGTH]


def read_body(message: Message) -> Body:
    body = Body()
    _Walk(body).read(message, 0)
    return body


class _Walk:
    """Through the parts, as deep and as many as we look at."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._parts = 0

    def read(self, part: Message, depth: int) -> None:
        self._parts += 1
        if depth > DEPTH or self._parts > PARTS:
            return
        kind = part.get_content_type()
        if kind == "multipart/alternative":
            self._read_best(part, depth)
        elif kind == "multipart/encrypted" or kind in OPAQUE:
            self._body.texts.append(ENCRYPTED)
        elif kind.startswith("multipart/"):
            for each in _parts_of(part):
                self.read(each, depth + 1)
        elif kind == "message/rfc822" and _parts_of(part):
            self._read_forwarded(_parts_of(part)[0], depth)
        elif kind not in NOT_SHOWN:
            self._read_leaf(part, kind)

    def _read_best(self, part: Message, depth: int) -> None:
        """The plain text where there is any, else what comes next of what we can read."""
        choices = _parts_of(part)[:PARTS]
        plain = [
            each for each in choices if each.get_content_type() == "text/plain" and _text_of(each).strip()
        ]
        readable = [each for each in choices if _is_readable(each)]
        for each in plain[:1] or readable[-1:] or choices[-1:]:
            self.read(each, depth + 1)
        for each in choices:
            if each.get_content_type() == "text/calendar":
                self._body.texts.append(_calendar(each))

    def _read_forwarded(self, message: Message, depth: int) -> None:
        who = ", ".join(f"{name} <{address}>" for name, address in addresses(message, "From"))
        lines = [("From", who), ("Date", header(message, "Date")), ("Subject", header(message, "Subject"))]
        head = "\n".join(f"{name}: {value}" for name, value in lines if value)
        self._body.texts.append(f"---------- Forwarded message ---------\n{head}")
        self.read(message, depth + 1)

    def _read_leaf(self, part: Message, kind: str) -> None:
        if _is_attached(part, kind):
            self._attach(part, kind)
        elif kind == "text/calendar":
            self._body.texts.append(_calendar(part))
        else:
            self._body.texts.append(_text_of(part))

    def _attach(self, part: Message, kind: str) -> None:
        is_image = kind.startswith("image/")
        self._body.has_image |= is_image
        if is_image and part.get("Content-ID") and part.get_content_disposition() != "attachment":
            return  # a picture within the text: a logo, mostly
        name = words_of(str(part.get_filename() or ""))[:NAME_LENGTH]
        self._body.attachments.append(f"{name or 'unnamed'} ({kind[:80]}, {_size_of(part)})")


def attached(body: Body) -> str:
    """Lines that name what is attached; empty where nothing is."""
    shown = [f"[Attached: {each}]" for each in body.attachments[:SHOWN_ATTACHMENTS]]
    more = len(body.attachments) - len(shown)
    return "\n".join([*shown, f"[Attached: {more} more]"] if more else shown)


def _parts_of(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _is_readable(part: Message) -> bool:
    kind = part.get_content_type()
    return kind in ("text/plain", "text/html") or (kind.startswith("multipart/") and bool(_parts_of(part)))


def _is_attached(part: Message, kind: str) -> bool:
    if kind == "text/calendar":
        return False
    is_text = kind in ("text/plain", "text/html", "text/enriched")
    return not is_text or part.get_content_disposition() == "attachment"


def _text_of(part: Message) -> str:
    written = decoded(_bytes_of(part), str(part.get_content_charset() or "ascii"))
    if part.get_content_type() == "text/html":
        return _text_of_html(written)
    if str(part.get_param("format", "")).lower() == "flowed":
        written = unflowed(written, deletes_space=str(part.get_param("delsp", "")).lower() == "yes")
    return tidied(written)


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload[:TEXT_BYTES] if isinstance(payload, bytes) else b""


def tidied(text: str) -> str:
    """One kind of line ends, no more than one blank line, nothing that a database cannot keep."""
    lines = [line.rstrip() or line[:0] for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    joined = "\n".join("-- " if line == "--" else line for line in lines)
    return storable(MANY_BREAKS.sub("\n\n", joined)).strip("\n")


def _text_of_html(markup: str) -> str:
    """With what stands in blockquotes behind ``>``."""
    clean = markup.replace(QUOTE_BEGINS, "").replace(QUOTE_ENDS, "")
    marked = QUOTE_TAG.sub(
        lambda tag: (f"\n{QUOTE_ENDS}\n" if tag[1] else f"\n{QUOTE_BEGINS}\n") + tag[0], clean
    )
    return tidied("\n".join(_quoted(text_of_html(marked).split("\n"))))


def _quoted(lines: list[str]) -> list[str]:
    depth = 0
    out: list[str] = []
    for line in lines:
        depth += line.count(QUOTE_BEGINS)
        words = line.replace(QUOTE_BEGINS, "").replace(QUOTE_ENDS, "").strip()
        if words or line == "":
            out.append(f"{'>' * min(depth, DEPTH)} {words}".strip() if depth else words)
        depth = max(depth - line.count(QUOTE_ENDS), 0)
    return out


def unflowed(text: str, *, deletes_space: bool = False) -> str:
    """Lines that were broken for the way, whole again (RFC 3676, section 4)."""
    out: list[str] = []
    flows_at: int | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")
        is_flowed = words.endswith(" ") and words != "-- "
        kept = words[:-1] if is_flowed and deletes_space else words
        if flows_at == depth and words != "-- ":
            out[-1] += kept
        else:
            out.append(f"{'>' * depth} {kept}" if depth else kept)
        flows_at = depth if is_flowed else None
    return "\n".join(out)


def _calendar(part: Message) -> str:
    """What an invitation says, in a line (RFC 5545)."""
    written = decoded(_bytes_of(part)[:65_536], str(part.get_content_charset() or "utf-8"))
    unfolded = written.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    found: dict[str, str] = {}
    for line in unfolded.split("\n")[:2_000]:
        if told := CALENDAR_FIELD.match(line):
            found.setdefault(told[1].upper(), re.sub(r"\\([\\;,nN])", r"\1", told[2]).strip())
    facts = [found[name] for name in ("SUMMARY", "DTSTART", "LOCATION") if found.get(name)]
    return storable(f"[Calendar: {', '.join(facts)}]") if facts else ""


def _size_of(part: Message) -> str:
    """As it is without its packing, roughly: it is not unpacked to be measured."""
    payload = part.get_payload()
    length: float = len(payload) if isinstance(payload, str) else 0
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        length = length * 3 / 4
    for unit in ("bytes", "kB"):
        if length < 1_000:
            return f"{length:.0f} {unit}"
        length /= 1_000
    return f"{length:.1f} MB"
