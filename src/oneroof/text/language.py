"""Which language a post is in, or that nobody can tell.

eldc always names a language, also for "ok", for laughter and for order numbers. So its word counts only when
it calls itself reliable, when there is enough text, or when the runner-up is far behind. How the three limits
were chosen, and what they cost, is in docs/quality.md.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from oneroof.text.noise import prose

ENOUGH_LETTERS = 24
FEWEST_LETTERS = 3
CLEAR_SCORE = 0.75
CLEAR_LEAD = 0.2
SURE_OF_FALLBACK = 0.5
ISO_639_1 = 2
LONGEST = 1_000

Detector = Callable[[str, int], str | None]

# Scripts that one language of today's networks writes nearly alone.
_SCRIPTS = (
    (
        "ja",
        re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]"),
        r"[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9d]",
    ),
    (
        "ko",
        re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"),
        r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]",
    ),
    ("th", re.compile(r"[\u0e01-\u0e3a]"), r"[\u0e01-\u0e3a]"),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), r"[\u0370-\u03ff\u1f00-\u1fff]"),
    ("he", re.compile(r"[\u05d0-\u05ea]"), r"[\u05d0-\u05ea]"),
    ("ka", re.compile(r"[\u10d0-\u10ff]"), r"[\u10d0-\u10ff]"),
    ("hy", re.compile(r"[\u0531-\u0587]"), r"[\u0531-\u0587]"),
    ("ta", re.compile(r"[\u0b82-\u0bcd]"), r"[\u0b82-\u0bcd]"),
    ("te", re.compile(r"[\u0c00-\u0c4d]"), r"[\u0c00-\u0c4d]"),
)
_OWN_LETTERS = {code: re.compile(letters) for code, _, letters in _SCRIPTS}
# A C library reads up to the first NUL, and refuses half of a surrogate pair.
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_TELLING = re.compile(f"[{''.join(telling.pattern[1:-1] for _, telling, _ in _SCRIPTS)}]")


def detect(text: str) -> str | None:
    """The ISO 639-1 code of the text's language; None where it is too short or too mixed to tell."""
    words = _UNREADABLE.sub(" ", prose(text[:LONGEST]))
    letters = len(_NOT_LETTERS.sub("", words))
    if not letters:
        return None
    if not words.isascii():
        code = _by_script(words, letters)
        if code:
            return code
    return _detector()(words, letters) if letters >= FEWEST_LETTERS else None


def detect_all(texts: Iterable[str]) -> list[str | None]:
    """One answer for each text, in order."""
    return [detect(text) for text in texts]


def _by_script(words: str, letters: int) -> str | None:
    composed = unicodedata.normalize("NFC", words)
    if not _TELLING.search(composed):
        return None
    for code, telling, _ in _SCRIPTS:
        if telling.search(composed) and 2 * len(_OWN_LETTERS[code].findall(composed)) >= letters:
            return code
    return None


@cache
def _detector() -> Detector:
    try:
        import eldc
    except ImportError:
        return _fallback_detector()
    eldc.init()
    detector = eldc.instance()
    detector.set_scores(2)
    return lambda words, letters: _gated(detector.detect_details(words), letters)


def _gated(found: Any, letters: int) -> str | None:
    language: str = found.language
    if language == "und":
        return None
    if found.reliable or letters >= ENOUGH_LETTERS:
        return language
    best, *others = found.scores.values()
    runner_up = others[0] if others else 0.0
    return language if best >= CLEAR_SCORE and best - runner_up >= CLEAR_LEAD else None


def _fallback_detector() -> Detector:
    """py3langid, where there is no wheel of eldc: slower, and told to say nothing unless it is sure."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def classify(words: str, letters: int) -> str | None:
        language, confidence = identifier.classify(words)
        told = confidence >= SURE_OF_FALLBACK and letters > FEWEST_LETTERS and len(language) == ISO_639_1
        return str(language) if told else None

    return classify
