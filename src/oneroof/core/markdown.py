"""Text that people write in Markdown, as HTML that is safe to show."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

LONGEST_CODE = 20_000


def _coloured(code: str, language: str, _attributes: str) -> str:
    """Spans with the classes of what each piece of code is; nothing for a language that nobody knows."""
    if not language or len(code) > LONGEST_CODE:
        return ""
    try:
        return str(highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True)))
    except ClassNotFound:
        return ""


_markdown = MarkdownIt(
    "commonmark", {"html": False, "linkify": False, "breaks": True, "highlight": _coloured}
).enable("table")


def _picture(_renderer: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """One of this site's; of any other its words alone, since its server would learn who reads."""
    where, words = str(tokens[at].attrGet("src") or ""), escape(tokens[at].content)
    return f'<img src="{escape(where)}" alt="{words}">' if where.startswith(OUR_FILES) else str(words)


OUR_FILES = "/files/"
_markdown.add_render_rule("image", _picture)
_CLASSES = {"span": {name for name in STANDARD_TYPES.values() if name}}
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
LONGEST = 20_000
"""What is shown while somebody writes: the time for odd Markdown grows faster than its length."""
_SCHEMES = {"http", "https", "mailto"}


def render(text: str) -> SafeString:
    """CommonMark to HTML with the tags above and nothing else; links open outside and pass nothing on."""
    return mark_safe(cleaned(parsed(text)))  # noqa: S308  nh3 has just cleaned it


def parsed(text: str) -> list[Token]:
    return _markdown.parse(text)


def cleaned(tokens: list[Token], attributes: Mapping[str, set[str]] | None = None) -> str:
    """``attributes`` are those that nh3 lets through, a set for each tag; its own choice unless given."""
    return nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=_TAGS,
        attributes=dict(attributes) if attributes else None,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        allowed_classes=_CLASSES,
    )
