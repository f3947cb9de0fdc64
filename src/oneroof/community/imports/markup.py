"""HTML that another program kept, as Markdown."""

from functools import cache
from html import unescape
from typing import Any

import nh3


def as_markdown(html: str) -> str:
    """Its words in full: what is nested too deep to be kept in shape comes as plain text."""
    html = html.replace("\0", "")
    if not html.strip():
        return ""
    convert, options = _converter()
    try:
        made = str(convert(html=html, options=options).content or "").strip()
    except Exception:
        made = ""
    return made or unescape(nh3.clean(html, tags=set())).strip()


@cache
def _converter() -> tuple[Any, Any]:
    """Of the compiled part itself: what wraps it makes the options anew with each text, which takes twice as long
    as the text. It loads slowly, and only a dump needs it."""
    from html_to_markdown._html_to_markdown import ConversionOptions, convert

    return convert, ConversionOptions(escape_asterisks=True, escape_underscores=True, escape_misc=True)
