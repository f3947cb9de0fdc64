"""Makes XML that somebody else wrote safe to read: no document type, no entities, no abyss. Pure.

What remains is handed to feedparser, whose own handling of document types takes quadratic time on hostile ones.
"""

import re
from html.entities import html5
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString

DEPTH = 200
TAGS, MENDABLE_TAGS = 200_000, 20_000
MENDABLE = 500_000
"""Characters; what is not well-formed is read with regular expressions, so it has to be smaller."""
PROLOG = 1_000
"""Pieces of markup that may stand before the outermost element."""
LONG_TAG = re.compile(r"<[^<>]{65536}")
LONG_LINE = re.compile(
    r"<(?:[\w.\-]{1,60}:)?(?:author|creator|contributor|name|email|owner|managingeditor|webmaster|publisher"
    r"|pubdate|date|published|updated|modified|issued|created|expirationdate|ttl|guid|id|link|category|language)"
    r"(?:\s[^<>]{0,2000})?>[^<]{4096}",
    re.IGNORECASE,
)
"""Where feedparser's own expressions take quadratic time."""
ELEMENT = re.compile(r"<(?:[A-Za-z_][\w.\-]{0,60}:)?([A-Za-z_][\w.\-]{0,60})")
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
SUBSET_END = re.compile(r"\]\s{0,20}>")
SPECIAL = frozenset("<>&\"'")
NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


class UnreadableFeedError(ValueError):
    """It is no feed that we can read, and why."""


def root_of(text: str) -> tuple[str, int]:
    """The outermost element's name, without prefix, in small letters, and where it begins; ("", 0) without one."""
    at = 0
    for _ in range(PROLOG):
        if (at := text.find("<", at)) < 0:
            break
        if text.startswith("<?", at):
            at = _after("?>", text, at)
        elif text.startswith("<!--", at):
            at = _after("-->", text, at)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            at = _after_doctype(text, at)
        elif found := ELEMENT.match(text, at):
            return found[1].lower(), at
        else:
            at += 1
    return "", 0


def safe_xml(text: str, start: int) -> tuple[bytes, bool]:
    """From its root on, in UTF-8; and whether it is well-formed. Raises UnreadableFeedError."""
    body = DECLARATION + ENTITY.sub(_character, NOT_XML.sub("\ufffd", text[start:]))
    _check_bounds(body)
    data = body.encode()
    try:
        parseString(data, _Depth(), forbid_dtd=True)
    except SAXParseException:
        if len(body) > MENDABLE or body.count("<") > MENDABLE_TAGS:
            raise UnreadableFeedError(
                f"It is not well-formed XML, and with {len(body):,} characters too long to be mended."
            ) from None
        return data, False
    except (DefusedXmlException, ValueError) as error:
        raise UnreadableFeedError(f"It is not a document that we read: {error}.") from error
    return data, True


def _check_bounds(body: str) -> None:
    if body.count("<") > TAGS:
        raise UnreadableFeedError(f"It has more than {TAGS:,} tags.")
    if LONG_TAG.search(body):
        raise UnreadableFeedError("It has a tag of more than 65,536 characters.")
    if found := LONG_LINE.search(body):
        raise UnreadableFeedError(f"It has an author, a date or a link that is too long: {found[0][:60]}…")


class _Depth(ContentHandler):
    """Elements within elements, to a bound."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def startElement(self, name: str, attrs: object) -> None:  # noqa: ARG002, N802 - SAX
        self._depth += 1
        if self._depth > DEPTH:
            raise UnreadableFeedError(f"its elements stand more than {DEPTH} deep in one another")

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - SAX
        self._depth -= 1


def _after(end: str, text: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)


def _after_doctype(text: str, at: int) -> int:
    """Behind it, its internal subset included."""
    closed = text.find(">", at)
    if closed < 0:
        return len(text)
    if (opened := text.find("[", at, closed)) >= 0:
        end = SUBSET_END.search(text, opened)
        return end.end() if end else len(text)
    return closed + 1


def _character(found: re.Match[str]) -> str:
    """The character that HTML means by a name: XML knows five of them."""
    character = html5.get(f"{found[1]};")
    if character is None or found[1] in {"amp", "lt", "gt", "quot", "apos"}:
        return found[0]
    return f"&#{ord(character)};" if character in SPECIAL else character
