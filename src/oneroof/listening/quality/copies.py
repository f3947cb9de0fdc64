"""Near-copies: how many edited texts are found again, and how many posts of a real stream are grouped."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from oneroof.listening.quality import sets
from oneroof.text.similarity import EDITABLE, Fingerprint, are_near_copies, fingerprint

SEED = 7
FEWEST_WORDS = 6
Edit = Callable[[list[str], random.Random], list[str]]


def _drop(words: list[str], dice: random.Random) -> list[str]:
    at = dice.randrange(len(words))
    return words[:at] + words[at + 1 :]


def _swap(words: list[str], dice: random.Random) -> list[str]:
    at = dice.randrange(len(words) - 1)
    return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]


def _insert(words: list[str], dice: random.Random) -> list[str]:
    at = dice.randrange(len(words))
    return [*words[:at], "really", *words[at:]]


def _dress(words: list[str], dice: random.Random) -> list[str]:
    return ["RT", "@someone:", *words, "!!", "😡", "https://example.com/x", str(dice.randrange(10_000))]


EDITS: dict[str, Edit] = {
    "dressed": _dress,
    "a word dropped": _drop,
    "two words swapped": _swap,
    "a word put in": _insert,
    "three words dropped": lambda words, dice: _drop(_drop(_drop(words, dice), dice), dice),
}


def run(data: Path) -> dict[str, object]:
    texts = sets.spotify(data)
    known = [fingerprint(text) for text in texts]
    long_enough = [
        text
        for text, found in zip(texts, known, strict=True)
        if len(found.letters) >= EDITABLE and len(text.split()) >= FEWEST_WORDS
    ]
    dice = random.Random(SEED)  # noqa: S311 - a measurement that can be repeated
    return {
        "texts": len(texts),
        "with_keys": sum(bool(found.bands) for found in known),
        "edited_texts": len(long_enough),
        "found_again": {name: _found_again(long_enough, edit, dice) for name, edit in EDITS.items()},
        "pairs": _pairs(known),
    }


def _found_again(texts: list[str], edit: Edit, dice: random.Random) -> float:
    found = 0
    for text in texts:
        one, other = fingerprint(text), fingerprint(" ".join(edit(text.split(), dice)))
        found += not set(one.bands).isdisjoint(other.bands) and are_near_copies(one, other)
    return round(found / len(texts), 4)


def _pairs(known: list[Fingerprint]) -> dict[str, int]:
    """Pairs that share a key, and those of them that the exact check calls copies, in a real stream."""
    by_key: defaultdict[int, list[int]] = defaultdict(list)
    for place, found in enumerate(known):
        for key in found.bands:
            by_key[key].append(place)
    shared = {
        (one, other)
        for places in by_key.values()
        for at, one in enumerate(places)
        for other in places[at + 1 :]
    }
    return {
        "compared": len(shared),
        "copies": sum(are_near_copies(known[one], known[two]) for one, two in shared),
    }
