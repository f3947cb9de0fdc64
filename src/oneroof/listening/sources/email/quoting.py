"""The new words of a letter: what it quotes of the thread, and its signature, are folded away. Pure.

What is folded is not lost: the quoted words stand above in the thread, and the letter stays in its mailbox. Lines
that begin with ``>`` are quoted; whoever makes text of HTML marks blockquotes so.
"""

import re
from collections.abc import Sequence

from oneroof.listening.sources.email.phrases import (
    FORWARDED,
    FROM,
    FROM_A_DEVICE,
    ORIGINAL,
    OTHER_FIELD,
    WROTE,
)

LONGEST_LINE = 400
ATTRIBUTION_LINES = 3
HEADER_BLOCK = 8
LEFT_OUT = "[…]"
COLONS = (":", "：")

SIGNATURE = re.compile(r"-- ?|—")
RULE = re.compile(r"[_\-=]{20,}|[⎯─]{5,}")


def new_words(text: str, *, is_answer: bool) -> str:
    """Without its signature and, in an answer, without what it quotes; the whole where nothing else is left.

    Where new words stand below quoted ones, ``[…]`` shows the place.
    """
    lines = text.split("\n")
    kept = _without_quotes(lines) if is_answer else list(lines)
    kept = _without_signature(kept)
    left = "\n".join(kept).strip()
    return left if left.replace(LEFT_OUT, "").strip() else text.strip()


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if FORWARDED.fullmatch(_short(lines[at])):
            return [*kept, *lines[at:]]
        if _begins_old_letter(lines, at):
            break
        length = _attribution(lines, at)
        if length and not _is_quoted(_next_words(lines, at + length)):
            break
        if length or _is_quoted(lines[at]):
            at = _end_of_quote(lines, at + length)
            kept.append(LEFT_OUT)
            continue
        kept.append(lines[at])
        at += 1
    return _trimmed(kept)


def _begins_old_letter(lines: Sequence[str], at: int) -> bool:
    """Outlook's way: a rule, or the old letter's headers, and all below is old."""
    line = _short(lines[at])
    if ORIGINAL.fullmatch(line):
        return True
    if RULE.fullmatch(line):
        return _is_header_block(lines, _skip_blank(lines, at + 1))
    return _is_header_block(lines, at)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    if at >= len(lines) or not FROM.match(_short(lines[at])):
        return False
    others = [line for line in lines[at + 1 : at + HEADER_BLOCK] if OTHER_FIELD.match(_short(line))]
    return len(others) >= 2


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines say who wrote what follows; 0 where none do."""
    if not lines[at].strip() or _is_quoted(lines[at]):
        return 0
    for count in range(1, ATTRIBUTION_LINES + 1):
        part = lines[at : at + count]
        if any(not line.strip() or _is_quoted(line) for line in part):
            return 0
        together = " ".join(line.strip() for line in part)
        if len(together) > LONGEST_LINE:
            return 0
        if together.endswith(COLONS) and WROTE.fullmatch(together) and _is_dated_or_quoted(lines, at, count):
            return count
        if count == 1 and _is_named_and_quoted(lines, at):
            return 1
    return 0


def _is_dated_or_quoted(lines: Sequence[str], at: int, count: int) -> bool:
    """“My boss wrote:” is somebody's new words, where no quote follows."""
    dated = any(letter.isdigit() for line in lines[at : at + count] for letter in line)
    return dated or _is_quoted(_next_words(lines, at + count))


def _is_named_and_quoted(lines: Sequence[str], at: int) -> bool:
    """In a language that we do not know: a line with a year or an address and a colon, right above a quote."""
    line = _short(lines[at]).rstrip()
    return (
        line.endswith(COLONS)
        and bool(re.search(r"\b(?:19|20)\d\d\b|\S@\S", line))
        and _is_quoted(_next_words(lines, at + 1))
    )


def _end_of_quote(lines: Sequence[str], at: int) -> int:
    while at < len(lines):
        following = _skip_blank(lines, at)
        if following >= len(lines) or not _is_quoted(lines[following]):
            return at
        at = following + 1
    return at


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    for at, line in enumerate(lines):
        if SIGNATURE.fullmatch(line) and any(above.strip() for above in lines[:at]):
            kept = list(lines[:at])
            break
    while kept and (not kept[-1].strip() or FROM_A_DEVICE.fullmatch(_short(kept[-1]))):
        kept.pop()
    return kept


def _trimmed(kept: list[str]) -> list[str]:
    """No mark where nothing follows, and none where nothing went before."""
    while kept and (not kept[-1].strip() or kept[-1] == LEFT_OUT):
        kept.pop()
    while kept and (not kept[0].strip() or kept[0] == LEFT_OUT):
        kept.pop(0)
    return kept


def _skip_blank(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _next_words(lines: Sequence[str], at: int) -> str:
    following = _skip_blank(lines, at)
    return lines[following] if following < len(lines) else ""


def _is_quoted(line: str) -> bool:
    return line.startswith(">")


def _short(line: str) -> str:
    """A line that is longer than any of ours is none of ours."""
    return line.strip() if len(line) <= LONGEST_LINE else ""
