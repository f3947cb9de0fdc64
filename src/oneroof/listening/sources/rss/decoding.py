"""From the bytes of an answer to text: its own marks first, then what was said of it, then a guess. Pure."""

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How “<?” begins where there is no byte order mark (XML 1.0, appendix F).
STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
    (b"L\xa7\x94\x93", "cp037"),
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:\-]{1,40})", re.IGNORECASE)
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:\-]{1,40})[\"']")
WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
"""What is said to be the narrower one is often the wider one (WHATWG Encoding, section 4.2)."""
NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf_7", "undefined"})
SAMPLE = 65_536


def decoded(body: bytes, content_type: str = "") -> str:
    """The text, whatever it takes; what cannot be read of it shows as �."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in STARTS:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    for name in (_said_by_http(content_type), _said_by_itself(body), "utf-8"):
        if name and (text := _strictly(body, name)) is not None:
            return text
    return body.decode(_guessed(body), "replace")


def _said_by_http(content_type: str) -> str:
    found = CHARSET.search(content_type)
    return found[1] if found else ""


def _said_by_itself(body: bytes) -> str:
    found = DECLARED.search(body[:1_024])
    return found[1].decode("ascii") if found else ""


def _strictly(body: bytes, name: str) -> str | None:
    """None where it is no charset, or not this body's."""
    try:
        known = codecs.lookup(name)
        if known.name.replace("-", "_") in NO_CHARSETS or known.name.startswith(("utf-16", "utf-32")):
            return None  # these would have begun otherwise
        return body.decode(WIDER.get(known.name, known.name))
    except (LookupError, UnicodeError, ValueError):
        return None


def _guessed(body: bytes) -> str:
    """As Windows wrote it, where nothing speaks for anything else."""
    from charset_normalizer import from_bytes

    best = from_bytes(body[:SAMPLE]).best()
    return best.encoding if best and best.encoding not in NO_CHARSETS else "cp1252"
