"""Which language: how often one is told and is right, on whole tweets and on their first words."""

from pathlib import Path

from oneroof.listening.quality import sets
from oneroof.text.language import detect
from oneroof.text.noise import prose

LANGUAGES = {"english": "en", "spanish": "es", "german": "de", "french": "fr", "arabic": "ar"}
LENGTHS = (1, 2, 3, 4, 6)


def run(data: Path) -> dict[str, object]:
    """The limits of the gate were chosen on `train`; `val` was looked at afterwards."""
    return {split: _split(data / "umsab", split) for split in ("train", "val")}


def _split(folder: Path, split: str) -> dict[str, object]:
    posts = [
        (code, text) for name, code in LANGUAGES.items() for text, _ in sets.labelled(folder / name, split)
    ]
    whole: dict[str, object] = {
        code: _share([known for known in posts if known[0] == code]) for code in LANGUAGES.values()
    }
    first_words = {str(length): _share(_begun(posts, length)) for length in LENGTHS}
    return {"all": _share(posts), "by_language": whole, "first_words": first_words}


def _begun(posts: list[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    begun = [(code, prose(text).split()) for code, text in posts]
    return [(code, " ".join(words[:length])) for code, words in begun if len(words) >= length]


def _share(posts: list[tuple[str, str]]) -> dict[str, float | int]:
    told = [(code, found) for code, text in posts if (found := detect(text)) is not None]
    right = sum(code == found for code, found in told)
    return {
        "posts": len(posts),
        "unknown": round(1 - len(told) / len(posts), 4),
        "right_where_told": round(right / max(len(told), 1), 4),
    }
