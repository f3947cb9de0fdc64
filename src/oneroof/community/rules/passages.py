"""How an entry is cut into passages, and which words of PostgreSQL read a language. Pure."""

import re

LONGEST = 1_200
MOST = 40
_PARAGRAPHS = re.compile(r"\n\s*\n")
CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def configuration_of(lang: str | None) -> str:
    return CONFIGURATIONS.get(lang or "", "simple")


def passages_of(body: str) -> list[str]:
    """Whole paragraphs, joined up to ``LONGEST`` characters; a longer one is cut at a space. ``MOST`` at most."""
    passages: list[str] = []
    for piece in _pieces(body):
        if passages and len(passages[-1]) + len(piece) + 2 <= LONGEST:
            passages[-1] += f"\n\n{piece}"
        else:
            passages.append(piece)
    return passages[:MOST]


def counterpart(passage: str, body: str, translated: str) -> str:
    """What stands at the place of a passage in the body's translation; all of it where that is cut otherwise."""
    here, there = passages_of(body), passages_of(translated)
    return there[here.index(passage)] if passage in here and len(here) == len(there) else translated


def _pieces(body: str) -> list[str]:
    return [piece for paragraph in _PARAGRAPHS.split(body.strip()) for piece in _cut(paragraph.strip())]


def _cut(paragraph: str) -> list[str]:
    pieces = []
    while len(paragraph) > LONGEST:
        at = paragraph.rfind(" ", 1, LONGEST)
        at = at if at > 0 else LONGEST
        pieces.append(paragraph[:at])
        paragraph = paragraph[at:].lstrip()
    return [*pieces, paragraph] if paragraph else pieces
