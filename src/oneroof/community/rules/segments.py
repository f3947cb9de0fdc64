"""A text in Markdown as pieces of HTML for a machine that translates, and back. Code is never given away. Pure."""

import re
from collections.abc import Sequence

import nh3
from markdownify import markdownify

from oneroof.core.markdown import render

FENCED = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[ \t]*$)", re.MULTILINE | re.DOTALL)


def pieces_of(text: str) -> list[str]:
    """HTML of what stands between blocks of code; inline code says that it stays as it is."""
    return [_as_html(part) for part in _prose(text)]


def put_together(text: str, translated: Sequence[str]) -> str:
    """``translated`` in the places of the pieces of ``text``, as Markdown, its blocks of code as they were."""
    waiting = iter(translated)
    parts = [
        part if index % 2 else _as_markdown(next(waiting)) if part.strip() else ""
        for index, part in enumerate(FENCED.split(text))
    ]
    return "\n\n".join(part for part in parts if part)


def _prose(text: str) -> list[str]:
    return [part for part in FENCED.split(text)[::2] if part.strip()]


def _as_html(text: str) -> str:
    return str(render(text)).replace("<code", '<code translate="no"')


def _as_markdown(markup: str) -> str:
    made: str = markdownify(nh3.clean(markup), heading_style="atx", bullets="-")
    return made.strip()
