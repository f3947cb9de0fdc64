"""What stands in a letter's headers, however badly they are written. Pure."""

import codecs
import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from oneroof.listening.sources.visible import mended, storable

HEADER_LENGTH = 4_000
MOST_ADDRESSES = 100
FOLDED = re.compile(r"\s*[\r\n]+\s*")
MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")
NOT_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})
SEVEN_BIT = ("iso2022", "hz")
AS_WINDOWS = "oneroof-letter"
"""An error handler: bytes that are not UTF-8 are read as Windows writes them."""
LATIN = frozenset({"ascii", "iso8859-1", "latin-1"})
"""What is called so is often Windows' (encoding.spec.whatwg.org, 4.2)."""


def header(message: Message, name: str) -> str:
    """The first of that name as a person reads it; empty where there is none."""
    return words_of(raw_header(message, name))


def raw_header(message: Message, name: str) -> str:
    return next(iter(raw_headers(message, name)), "")


def raw_headers(message: Message, name: str) -> Sequence[str]:
    """All of that name, top first, unfolded and as they came."""
    wanted = name.lower()
    found = [value for key, value in message.raw_items() if key.lower() == wanted]
    return [FOLDED.sub(" ", _unescaped(str(value)[:HEADER_LENGTH])).strip() for value in found]


def words_of(raw: str) -> str:
    """With encoded words (RFC 2047) read."""
    if "=?" not in raw:
        return storable(mended(raw))
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return storable(raw)
    read = [part if isinstance(part, str) else decoded(part, charset or "ascii") for part, charset in parts]
    return storable(" ".join("".join(read).split()))


def addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """Names and addresses of a header; those that are none are left out."""
    found = getaddresses([raw_header(message, name)])[:MOST_ADDRESSES]
    return [(words_of(person), address.strip()) for person, address in found if _is_address(address)]


def message_ids(message: Message, name: str) -> list[str]:
    """The msg-ids (RFC 5322, section 3.6.4) of a header, without their brackets, each once."""
    return list(dict.fromkeys(MESSAGE_ID.findall(raw_header(message, name))))


def decoded(raw: bytes, charset: str) -> str:
    """Text of bytes that claim to be of a charset, and may not be."""
    known = _codec(charset)
    if known.startswith(SEVEN_BIT):
        return raw.decode(known, "replace")
    if raw.isascii():
        return raw.decode("ascii")
    for name in ("utf-8", known):
        try:
            return mended(raw.decode(name))
        except (UnicodeError, ValueError):
            continue
    return raw.decode("utf-8", AS_WINDOWS) if known == "utf-8" else raw.decode(known, "replace")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(AS_WINDOWS, _as_windows)


def _codec(charset: str) -> str:
    """Python's name of it; Windows' where it is not known."""
    try:
        name = codecs.lookup(charset.strip()[:40]).name
        b"".decode(name)
    except (LookupError, ValueError, UnicodeError):
        return "cp1252"
    if name in NOT_TEXT:
        return "utf-8"
    return "cp1252" if name in LATIN else name


def _unescaped(value: str) -> str:
    """Bytes beyond ASCII, which the reader keeps as lone surrogates, as the text that they are (RFC 6532)."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


def _is_address(address: str) -> bool:
    local, at, domain = address.strip().rpartition("@")
    return bool(local and at and domain) and address.isprintable() and " " not in address
