"""Text as terms: what a watch and a post are both made of before they are compared.

A text becomes *words*, one a position, and *marks*, further terms that stand at a position next to its
word: a hashtag ``#x`` and a handle ``@x`` mark the position of ``x``, a toned emoji marks the position of
the plain one. docs/watch-language.md tells the same to people.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

READ_CHARACTERS: Final = 65_536
"""Of a longer text only the beginning is read."""
READ_WORDS: Final = 16_383
"""The last position a PostgreSQL tsvector can hold."""
WORD_CHARACTERS: Final = 64
"""A longer run of letters is read as several words in a row."""
TERM_CHARACTERS: Final = 128
"""No term is longer, however it unfolds, so that every index can hold it."""

# Scripts that are written without spaces: each character, with its marks, is a word of its own.
_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3040, 0x312F),  # Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),  # half-width Katakana
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
)
_EMOJI = (
    (0x2194, 0x21AA),
    (0x231A, 0x231B),
    (0x2328, 0x2328),
    (0x23CF, 0x23FA),
    (0x24C2, 0x24C2),
    (0x25AA, 0x25AB),
    (0x25B6, 0x25B6),
    (0x25C0, 0x25C0),
    (0x25FB, 0x25FE),
    (0x2600, 0x2775),
    (0x2794, 0x27BF),
    (0x2934, 0x2935),
    (0x2B05, 0x2B07),
    (0x2B1B, 0x2B1C),
    (0x2B50, 0x2B50),
    (0x2B55, 0x2B55),
    (0x2139, 0x2139),
    (0x3297, 0x3297),
    (0x3299, 0x3299),
    (0x1F000, 0x1F0FF),
    (0x1F170, 0x1F19A),
    (0x1F201, 0x1F201),
    (0x1F21A, 0x1F21A),
    (0x1F22F, 0x1F22F),
    (0x1F232, 0x1F23A),
    (0x1F250, 0x1F251),
    (0x1F300, 0x1FAFF),
)
# Letters by Unicode, apostrophes by use: they part words like ' and ’ do.
_APOSTROPHES = frozenset("ʹʻʼʽʾʿˈ\ua78c")
_HALF_WIDTH_VOICING = "\uff9e\uff9f"
# Invisible characters that stand inside words (Persian, Hindi, soft hyphens, direction marks).
_INVISIBLE = (
    "\u00ad\u061c\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
)
# Beyond the basic plane whole blocks count, whether or not each code in them is a letter: an exact list would
# make every search for the next word go through hundreds of ranges.
_LETTERS_BEYOND = (
    (0x10000, 0x1AFFF),
    (0x1B170, 0x1CEFF),
    (0x1D400, 0x1D7FF),
    (0x1DF00, 0x1EEFF),
    (0x1F100, 0x1F16F),
)


def _codes(ranges: tuple[tuple[int, int], ...]) -> frozenset[int]:
    """Those of the basic plane."""
    return frozenset(code for low, high in ranges if low <= 0xFFFF for code in range(low, high + 1))


def _is_letter(char: str) -> bool:
    """Letters, digits, and symbols that unfold to them (㎏, Ⓐ); but ™ and ℠ are ornament."""
    if char.isalnum():
        return char not in _APOSTROPHES
    if unicodedata.category(char) != "So" or char in "™℠":
        return False
    unfolded = unicodedata.normalize("NFKC", char)
    return unfolded != char and unfolded.isalnum()


def _as_class(ranges: Iterable[tuple[int, int]]) -> str:
    """The body of a regular expression's character class."""
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


def _as_ranges(codes: list[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges


def _character_classes() -> tuple[str, str, str]:
    """Letters of spaced scripts, characters of spaceless ones, and combining marks."""
    spaced: list[int] = []
    spaceless: list[int] = []
    marks: list[int] = []
    emoji, alone = _codes(_EMOJI), _codes(_SPACELESS)
    for code in range(0x10000):
        char = chr(code)
        if code in emoji and not char.isdigit():
            continue
        if _is_letter(char) and char not in _HALF_WIDTH_VOICING:
            (spaceless if code in alone else spaced).append(code)
        elif unicodedata.category(char)[0] == "M" and code != 0x20E3:
            marks.append(code)
    return (
        _as_class([*_as_ranges(spaced), *_LETTERS_BEYOND]),
        _as_class([*_as_ranges(spaceless), *(block for block in _SPACELESS if block[0] > 0xFFFF)]),
        _as_class(_as_ranges(marks)) + _HALF_WIDTH_VOICING,
    )


_L, _S, _M = _character_classes()
_E = _as_class(_EMOJI)
_TONE = "\U0001f3fb-\U0001f3ff"
_EMOJI_UNIT = f"[{_E}][\ufe0e\ufe0f]?[{_TONE}]?[\U000e0020-\U000e007f]*"
_INNER = f"[{_L}{_M}{_INVISIBLE}_]"
_WORD = f"[{_L}]{_INNER}{{0,{WORD_CHARACTERS - 1}}}"
_CHARACTER = f"[{_S}][{_M}{_INVISIBLE}]{{0,16}}"
# Characters that fold to themselves, the bulk of Chinese and Japanese: taken by the run, not one at a time.
_PLAIN_RUN = f"[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]+(?![{_M}{_INVISIBLE}])"
_TOKEN = (
    "[0-9#*]\ufe0f?\u20e3"
    f"|{_WORD}"
    f"|{_PLAIN_RUN}"
    f"|{_CHARACTER}"
    f"|[@＠](?<![{_L}_].)[{_L}_]{_INNER}*(?:[.\\-][{_L}]{_INNER}*)*(?:@[{_L}]{_INNER}*(?:[.\\-][{_L}]{_INNER}*)*)?"
    f"|[#＃](?<![{_L}_&].)[{_L}{_S}][{_L}{_S}{_M}{_INVISIBLE}_]*"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    f"|{_EMOJI_UNIT}(?:\u200d{_EMOJI_UNIT})*"
)
_RUN = re.compile(_PLAIN_RUN)
_HANDLE_END = re.compile(r"[.\-@]")
_TONES = re.compile(f"[{_TONE}]")
_PRESENTATION = re.compile("[\ufe0e\ufe0f]")
_TRAILING = re.compile(f"[_{_INVISIBLE}]+$")

# Accents and vowel points that writers leave out: Latin, Greek, Cyrillic, Hebrew, Arabic. The breve of й
# stays, since no one leaves it out (мой is not мои). Marks of Indic, Thai or Khmer words are their vowels.
_DROPPED = re.compile(
    "(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    f"\u20d0-\u20f0\ufe20-\ufe2f{_INVISIBLE}]"
)
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ĳ": "ij"}
)


@cache
def _token() -> re.Pattern[str]:
    """Compiled when first asked for: that takes a tenth of a second, and most commands read no text."""
    return re.compile(_TOKEN)


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(f"{_WORD}|{_CHARACTER}")


@cache
def _beginning() -> re.Pattern[str]:
    return re.compile(f"[{_L}#@_]")


def fold(text: str) -> str:
    """Without case, width, accents and invisible characters; idempotent."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    bare = _DROPPED.sub("", unicodedata.normalize("NFD", folded)).translate(_STROKES)
    whole = unicodedata.normalize("NFKC", bare)
    # NFKC takes the Thai and Lao vowel "am" apart; as one character it stays one word.
    return whole.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")


def fold_handle(handle: str) -> str:
    """A handle as `from:` compares it: folded, without its @."""
    return fold(handle.strip()).lstrip("@")


class Tokens(NamedTuple):
    """`words[p]` stands at position p; `marks` are further terms at a position."""

    words: list[str]
    marks: list[tuple[int, str]]


class _Marked(tuple[str, ...]):
    """Words of a stretch of text that carry marks."""

    marks: tuple[tuple[int, str], ...] = ()


def _marked(words: tuple[str, ...], *marks: str) -> _Marked:
    """The marks stand at the first of the words."""
    marked = _Marked(words)
    marked.marks = tuple((0, mark) for mark in marks)
    return marked


class _Stretches(dict[str, tuple[str, ...]]):
    """Remembers the words of a stretch of text without spaces; text repeats itself. Forgets all when full."""

    capacity = 200_000
    longest = 40
    most_words = 4
    """A sentence of a spaceless script has more, and does not come again."""

    def __missing__(self, stretch: str) -> tuple[str, ...]:
        if _RUN.fullmatch(stretch):
            return tuple(stretch)
        words = self._read(stretch)
        if len(words) <= self.most_words and len(stretch) <= self.longest:
            if len(self) >= self.capacity:
                self.clear()
            self[stretch] = words
        return words

    def _read(self, stretch: str) -> tuple[str, ...]:
        if stretch.isascii() and stretch.isalnum() and len(stretch) <= WORD_CHARACTERS:
            return (sys.intern(stretch.lower()),)
        tokens = _token().findall(stretch)
        if len(tokens) == 1 and tokens[0] == stretch:
            return _interned(_read_token(stretch))
        return _combined([self[token] for token in tokens])


def _interned(words: tuple[str, ...]) -> tuple[str, ...]:
    """One object a term in the whole program, so that comparing terms mostly takes no look at them."""
    if isinstance(words, _Marked):
        return _marked(tuple(map(sys.intern, words)), *(sys.intern(mark) for _, mark in words.marks))
    return tuple(map(sys.intern, words))


def _combined(parts: list[tuple[str, ...]]) -> tuple[str, ...]:
    words = tuple(chain.from_iterable(parts))
    if _Marked not in set(map(type, parts)):
        return words
    combined = _Marked(words)
    combined.marks = tuple(_placed_marks(parts))
    return combined


def _placed_marks(parts: list[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    place = 0
    for part in parts:
        if isinstance(part, _Marked):
            for at, mark in part.marks:
                yield place + at, mark
        place += len(part)


def _read_token(token: str) -> tuple[str, ...]:
    if len(token) > 1 and token[1] not in "\ufe0f\u20e3":
        if token[0] in "#＃":
            return _read_hashtag(token)
        if token[0] in "@＠":
            return _read_handle(token)
    if _piece().match(token) and not token.endswith("\u20e3"):
        return _read_word(token)
    return _read_emoji(token)


def _read_word(token: str) -> tuple[str, ...]:
    folded = fold(token).strip("_")
    return tuple(piece.strip("_")[:TERM_CHARACTERS] for piece in _piece().findall(folded))


def _read_emoji(token: str) -> tuple[str, ...]:
    shown = _PRESENTATION.sub("", token)[:TERM_CHARACTERS]
    plain = _TONES.sub("", shown)
    return (shown,) if plain in ("", shown) else _marked((plain,), shown)


def _read_hashtag(token: str) -> _Marked:
    body = _joined(token[1:]).strip("_")
    return _marked(_plain_words(token[1:]), f"#{body}"[:TERM_CHARACTERS])


def _read_handle(token: str) -> _Marked:
    """A handle with a host or a dotted name is found by its first part too."""
    whole = _joined(token)
    first = "@" + _HANDLE_END.split(whole[1:], maxsplit=1)[0]
    names = dict.fromkeys((whole[:TERM_CHARACTERS], first[:TERM_CHARACTERS]))
    return _marked(_plain_words(token[1:]) or (whole[:TERM_CHARACTERS],), *names)


def _joined(text: str) -> str:
    """Folded and in one piece: a ligature may stand for several words."""
    return "".join(fold(text).split())


def _plain_words(text: str) -> tuple[str, ...]:
    return tuple(chain.from_iterable(map(_read_word, _piece().findall(text))))


_stretches = _Stretches()


def tokenize(text: str) -> Tokens:
    """The terms of a post's visible text."""
    stretches = _stretches
    parts = [stretches[stretch] for stretch in text[:READ_CHARACTERS].split()]
    words = list(chain.from_iterable(parts))
    marks = list(_placed_marks(parts)) if _Marked in set(map(type, parts)) else []
    if len(words) > READ_WORDS:
        return Tokens(words[:READ_WORDS], [mark for mark in marks if mark[0] < READ_WORDS])
    return Tokens(words, marks)


def word_offsets(text: str) -> list[tuple[int, int]]:
    """For each position, where its word starts and ends in `text`, in code points.

    Words that one character unfolds to (½) share its place; the first word of a hashtag or a handle reaches
    back over the sign.
    """
    offsets: list[tuple[int, int]] = []
    for found in _token().finditer(text[:READ_CHARACTERS]):
        offsets.extend(_token_offsets(found[0], found.start()))
    return offsets[:READ_WORDS]


def _token_offsets(token: str, start: int) -> list[tuple[int, int]]:
    words = _stretches[token]
    if _RUN.fullmatch(token):
        return [(start + at, start + at + 1) for at in range(len(token))]
    if token[0] in "#＃@＠" and len(words) > 1:
        return _offsets_inside(token, start)
    return [(start, start + len(_TRAILING.sub("", token) or token))] * len(words)


def _offsets_inside(token: str, start: int) -> list[tuple[int, int]]:
    offsets: list[tuple[int, int]] = []
    for found in _piece().finditer(token, 1):
        offsets.extend([(start + found.start(), start + found.end())] * len(_read_word(found[0])))
    offsets[0] = (start, offsets[0][1])
    return offsets


def sought_terms(text: str) -> list[tuple[str, int]]:
    """The terms that a watch means by `text`, each with its position: of a hashtag, a handle or a toned emoji
    the mark alone, of all else the words."""
    terms: list[tuple[str, int]] = []
    place = 0
    for token in _token().findall(text):
        words = _stretches[token]
        if isinstance(words, _Marked):
            terms.append((words.marks[0][1], place))
        else:
            terms.extend((word, place + at) for at, word in enumerate(words))
        place += len(words)
    return terms


def is_mark(term: str) -> bool:
    """Whether posts carry this term beside a word rather than as one."""
    return term[0] in "#@" or _TONES.search(term) is not None


def is_spaceless(term: str) -> bool:
    """Whether this is a character of a script written without spaces, or an emoji: no beginning of a word."""
    return not _beginning().match(term) or term.endswith("\u20e3")
