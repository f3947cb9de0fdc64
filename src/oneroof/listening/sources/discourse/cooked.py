"""What one reads of a post as Discourse cooks it: without others' words that it quotes, with its emoji. Pure."""

import html
import re
from urllib.parse import urljoin

from wcwidth import iter_graphemes

from oneroof.listening.sources.visible import images_of_html, text_of_html

ASIDE = re.compile(r"<(/?)aside\b([^<>]{0,2000})>", re.IGNORECASE)
IMAGE = re.compile(r"<img\b([^<>]{0,2000})>", re.IGNORECASE)
EMOJI_CLASS = re.compile(r"class=\"(?:[^\"]*\s)?emoji(?:\s[^\"]*)?\"")
ALT = re.compile(r"alt=\"([^\"]*)\"")
QUOTE_MARK = re.compile(r"\[(/?)quote\b[^\[\]]{0,500}\]", re.IGNORECASE)
PICTOGRAM = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u20e3\ufe0f]")
LIGHTBOX_ABOUT = ('<div class="meta">', "</div>")
"""Name and size of a picture, which one sees when pointing at it only."""


def text_of_cooked(cooked: str, raw: str = "") -> str:
    """``raw`` is the Markdown that it was cooked from, where known: it has the emoji that became pictures."""
    own = _without(_without_quotes(cooked), *LIGHTBOX_ABOUT)
    return text_of_html(_with_emoji(own, raw))


def pictures_of_cooked(cooked: str, base: str) -> tuple[str, ...]:
    """Addresses of the post's own pictures, none of them emoji or the faces of whom it quotes."""
    own = IMAGE.sub(lambda found: "" if EMOJI_CLASS.search(found[1]) else found[0], _without_quotes(cooked))
    return tuple(urljoin(f"{base}/", address) for address in images_of_html(own))


def _without_quotes(cooked: str) -> str:
    kept, at, depth = [], 0, 0
    for mark in ASIDE.finditer(cooked):
        if mark[1]:
            depth = max(0, depth - 1)
            at = mark.end() if not depth and at < 0 else at
        elif depth or "quote" in mark[2]:
            if not depth:
                kept.append(cooked[at : mark.start()])
                at = -1
            depth += 1
    return "".join([*kept, cooked[at:]]) if at >= 0 else "".join(kept)


def _without(markup: str, begin: str, end: str) -> str:
    first, *pieces = markup.split(begin)
    return "".join([first, *(piece.partition(end)[2] for piece in pieces)])


def _with_emoji(cooked: str, raw: str) -> str:
    """Emoji are pictures with a name; where raw has as many of them, they are those, and else stay ``:name:``."""
    pictures = [found for found in IMAGE.finditer(cooked) if EMOJI_CLASS.search(found[1])]
    written = _emoji_of(_own_words(raw)) if pictures else []
    if len(written) != len(pictures):
        written = [html.unescape(name[1]) if (name := ALT.search(found[1])) else "" for found in pictures]
    pieces, at = [], 0
    for found, emoji in zip(pictures, written, strict=True):
        pieces += [cooked[at : found.start()], html.escape(emoji)]
        at = found.end()
    return "".join([*pieces, cooked[at:]])


def _emoji_of(text: str) -> list[str]:
    return [each for each in iter_graphemes(text) if PICTOGRAM.search(each)]


def _own_words(raw: str) -> str:
    """Without what stands between ``[quote]`` and ``[/quote]``."""
    kept, at, depth = [], 0, 0
    for mark in QUOTE_MARK.finditer(raw):
        if not depth:
            kept.append(raw[at : mark.start()])
        depth = max(0, depth - 1) if mark[1] else depth + 1
        at = mark.end()
    return "".join(kept) if depth else "".join([*kept, raw[at:]])
