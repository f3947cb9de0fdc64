"""Text as a person sees it, and as a database can keep it. Pure."""

import re
from functools import cache
from html import unescape

from oneroof.core.storable import storable as storable

UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "title"}
)
BREAKS = frozenset(
    {
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "section",
        "article",
        "header",
        "footer",
        "hr",
        "dt",
        "dd",
        "figure",
        "figcaption",
    }
)
SPACES = re.compile(r"[ \t\f\v\u00a0]+")
AROUND_BREAKS = re.compile(r" ?\n ?")
MANY_BREAKS = re.compile(r"\n{3,}")
WORTH_PARSING = re.compile(r"[<&]")
RAW = frozenset({"script", "style", "iframe", "noscript"})
"""What stands within is no markup, up to their end tags."""
TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
REST_OF_TAG = re.compile(r"(?>[^>=]+|=\s{0,9}\"[^\"]*\"|=\s{0,9}'[^']*'|=)*+>")
IMAGE = re.compile(r"\b(src|alt)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,}+;?")


_SUSPICIOUS_KINDS = (
    "c1", "bad", "law", "currency", "start_punctuation", "end_punctuation", "numeric", "upper_accented", "box",
)  # fmt: skip


def mended(text: str) -> str:
    """The text with mojibake undone, only where it is plainly broken."""
    return _mended(text) if not text.isascii() and suspicious().search(text) else text


@cache
def suspicious() -> re.Pattern[str]:
    """ftfy finds nothing bad where none of these stands, and takes fifty times as long to see it."""
    from ftfy.badness import MOJIBAKE_CATEGORIES

    return re.compile(f"[œÙЂ°{''.join(MOJIBAKE_CATEGORIES[kind] for kind in _SUSPICIOUS_KINDS)}]")


def _mended(text: str) -> str:
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    return fix_encoding(text) if is_bad(text) else text


def text_of_html(markup: str) -> str:
    """What a browser would show of it: no tags, scripts or attributes; links and images as their words."""
    if not WORTH_PARSING.search(markup):
        return _tidied(markup)
    return _tidied("".join(_read(markup).pieces))


def images_of_html(markup: str) -> tuple[str, ...]:
    """The addresses of its pictures."""
    return tuple(dict.fromkeys(_read(markup).images)) if "<" in markup else ()


def _tidied(text: str) -> str:
    lines = AROUND_BREAKS.sub("\n", SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))
    return storable(MANY_BREAKS.sub("\n\n", lines).strip())


def _read(markup: str) -> "_VisibleText":
    """In one pass, however broken it is; the standard library's parser takes quadratic time on hostile markup."""
    reader = _VisibleText()
    at, end = 0, len(markup)
    while at < end:
        begins = markup.find("<", at)
        reader.words(markup[at : begins if begins >= 0 else end])
        if begins < 0:
            break
        at = _after_markup(markup, begins, reader)
    return reader


def _after_markup(markup: str, at: int, reader: "_VisibleText") -> int:
    """Behind what begins with ``<`` here; what never ends hides the rest, as in a browser."""
    if markup.startswith("<!--", at):
        return _after("-->", markup, at + 2)
    if markup.startswith(("<!", "<?"), at):
        return _after(">", markup, at)
    name = TAG_NAME.match(markup, at)
    if name is None:
        reader.words("<")
        return at + 1
    found = REST_OF_TAG.match(markup, name.end())
    end = found.end() if found else 0
    if end:
        reader.tag(name[2].lower(), markup[name.end() : end], is_end=bool(name[1]))
        if not name[1] and name[2].lower() in RAW:
            return _raw_end(name[2], markup, end)
    return end or len(markup)


def _raw_end(name: str, markup: str, at: int) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(markup, at)
    return found.start() if found else len(markup)


def _after(end: str, markup: str, at: int) -> int:
    found = markup.find(end, at)
    return len(markup) if found < 0 else found + len(end)


class _VisibleText:
    """Collects words; an element that is not shown hides all within it until it closes."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.images: list[str] = []
        self._hidden_by: str | None = None
        self._depth = 0

    def words(self, written: str) -> None:
        if self._hidden_by is None and written:
            self.pieces.append(unescape(ENDLESS_NUMBER.sub("\ufffd", written)))

    def tag(self, name: str, rest: str, *, is_end: bool) -> None:
        if self._hidden_by is not None:
            self._hide_on(name, -1 if is_end else 1)
        elif name in UNSEEN:
            if not is_end and not rest.endswith("/>"):
                self._hidden_by, self._depth = name, 1
        elif name in BREAKS:
            self.pieces.append("\n")
        elif name == "img" and not is_end:
            self._show_image(rest)

    def _hide_on(self, name: str, step: int) -> None:
        self._depth += step * (name == self._hidden_by)
        if self._depth <= 0:
            self._hidden_by = None

    def _show_image(self, rest: str) -> None:
        values = {
            found[1].lower(): unescape(found[2] or found[3] or found[4] or "")
            for found in IMAGE.finditer(rest)
        }
        if source := values.get("src"):
            self.images.append(source)
        if words := values.get("alt"):
            self.pieces.append(f" {words} ")
