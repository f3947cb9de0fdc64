"""The dearest watches that are allowed: what they cost is the most that any watch can cost."""

from collections.abc import Mapping, Sequence
from itertools import islice

from oneroof.listening.watch_language import limits


def hostile_watches(common: Sequence[str]) -> Mapping[str, str]:
    """By name. ``common`` are words that most posts have, the commonest first; about two hundred do."""
    first, second, third = common[:3]
    beginnings = list(dict.fromkeys(word[:2] for word in common if len(word) > 1))
    letters = [f"{start}*" for start in islice(beginnings, limits.PREFIXES)]
    half = len(letters) // 2
    return {
        "a common word": first,
        "a phrase of common words": f'"{first} {second}"',
        "NEAR of common words": f"{first} NEAR/{limits.NEAR_WORDS} {second}",
        "a NEAR chain of three": f"{first} NEAR/20 {second} NEAR/20 {third}",
        "a NEAR chain of one word": first + f" NEAR/{limits.NEAR_WORDS} {first}" * limits.NEARS,
        "NEAR of many beginnings": f"({' OR '.join(letters[:half])}) NEAR/{limits.NEAR_WORDS}"
        f" ({' OR '.join(letters[half:])})",
        "a phrase of one word": '"' + f"{first} " * limits.CONDITIONS + '"',
        "many phrases": " ".join([f'"{first} {first} {second} x"'] * 900),
        "many beginnings": " OR ".join(letters),
        "a thousand common words": " OR ".join(islice(common, limits.CONDITIONS)),
        "deep parentheses": "(" * (limits.DEPTH - 1) + first + f" OR {second}) {third}" * (limits.DEPTH - 1),
        "much left out": f"{first} " + " ".join(f'-"{word} {third}"' for word in common[:600]),
        "nested choices": " ".join(
            f"({first} OR ({word} ({second} OR ({third} {word}))))" for word in common[:180]
        ),
    }
