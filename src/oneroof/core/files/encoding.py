"""Find out how a file is written, and read it line by line whatever that is."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oneroof.core.errors import OneroofError

PIECE = 1 << 20
SAMPLE = 1 << 18
LINE_LIMIT = 1 << 22
STARTS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_TEXT = (
    (b"PK\x03\x04", "a zip archive (or a spreadsheet); unpack it, or save it as CSV, and give that file"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "packed with gzip; unpack it first"),
    (b"BZh", "packed with bzip2; unpack it first"),
    (b"\xfd7zXZ\x00", "packed with xz; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!", "a rar archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet; save it as CSV"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\x00", "an SQLite database; export the table as CSV"),
    (b"PAR1", "a Parquet file; export it as CSV"),
)
HIGH = re.compile(rb"[\x80-\xff]")
AMONG_LETTERS = re.compile(rb"(?<=[A-Za-z])([\x80-\xff])(?=[a-z])|(?<=[a-z])([\x80-\xff])(?=\W)")
PASTED_FROM = "oneroof-pasted"
"""An error handler: bytes that are not UTF-8, in a file that mostly is, are read as Windows wrote them."""


class UnreadableFileError(OneroofError):
    """A file of which no row can be read, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is written: Python's names for its encoding and for what to do with stray bytes."""

    encoding: str
    errors: str = "strict"
    newline: str = "\n"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(PASTED_FROM, _as_windows)


def detect(path: Path) -> Writing:
    """Raises UnreadableFileError for what is no text."""
    start = _start_of(path)
    for signature, said in NOT_TEXT:
        if start.startswith(signature):
            raise UnreadableFileError(f"{path.name} is {said}.")
    encoding = _marked(start)
    if encoding is None:
        return _unmarked(path, start)
    errors = PASTED_FROM if encoding == "utf-8-sig" else "replace"
    return Writing(encoding, errors, _newline(start.decode(encoding, errors="ignore")))


def lines_of(path: Path, writing: Writing) -> Iterator[str]:
    """Each line with its end. One over ``LINE_LIMIT`` is cut, its number of quotes kept even or odd."""
    with path.open(encoding=writing.encoding, errors=writing.errors, newline=writing.newline) as text:
        while line := text.readline(LINE_LIMIT):
            if len(line) < LINE_LIMIT or line.endswith(writing.newline):
                yield line
                continue
            odd = 0
            while rest := text.readline(LINE_LIMIT):
                odd ^= rest.count('"') & 1
                if rest.endswith(writing.newline):
                    break
            yield line + '"' * odd + writing.newline


def _start_of(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFileError(f"{path} is a folder; name the files in it.")
    try:
        with path.open("rb") as file:
            start = file.read(SAMPLE)
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}.") from error
    if not start.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFileError(f"{path.name} is empty.")
    return start


def _marked(start: bytes) -> str | None:
    for mark, encoding in STARTS:
        if start.startswith(mark):
            return encoding
    evens, odds = start[0:4096:2], start[1:4096:2]
    if len(odds) > 8 and odds.count(0) > len(odds) * 0.4 and evens.count(0) < len(evens) * 0.1:
        return "utf-16-le"
    if len(odds) > 8 and evens.count(0) > len(evens) * 0.4 and odds.count(0) < len(odds) * 0.1:
        return "utf-16-be"
    return None


def _unmarked(path: Path, start: bytes) -> Writing:
    good, bad, sample = _survey(path)
    if not bad:
        return Writing("utf-8", "strict", _newline(start.decode("utf-8", errors="ignore")))
    if good >= bad:
        return Writing("utf-8", PASTED_FROM, _newline(start.decode("utf-8", errors="ignore")))
    encoding = _single_byte(sample)
    return Writing(encoding, "replace", _newline(start.decode(encoding, errors="replace")))


def _survey(path: Path) -> tuple[int, int, bytes]:
    """How many lines with other than ASCII are UTF-8 and how many are not, with a sample of the latter.

    Reads the file once, in pieces.
    """
    good = bad = 0
    sample = bytearray()
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(PIECE):
            whole, found, rest = (rest + piece).rpartition(b"\n")
            if len(rest) > LINE_LIMIT:
                whole, rest = rest, b""
            read, unread = _tally(whole + found, sample)
            good, bad = good + read, bad + unread
        read, unread = _tally(rest, sample)
    return good + read, bad + unread, bytes(sample)


def _tally(piece: bytes, sample: bytearray) -> tuple[int, int]:
    if piece.isascii():
        return 0, 0
    good = bad = 0
    for line in piece.split(b"\n"):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
            if len(sample) < SAMPLE:
                sample += line[:4096] + b"\n"
    return good, bad


def _single_byte(sample: bytes) -> str:
    """Windows and MacRoman by where they put letters into words; any other by its statistics."""
    western = {name: _plausibility(sample, name) for name in ("cp1252", "mac_roman")}
    best = max(western, key=lambda name: western[name])
    if western[best] > 0.8:
        return best
    from charset_normalizer import from_bytes

    guess = from_bytes(sample[:65_536]).best()
    return guess.encoding if guess is not None else "cp1252"


def _plausibility(sample: bytes, encoding: str) -> float:
    """The share of high bytes that become what a word may hold there: a small letter, an apostrophe."""
    fine = 0
    found = AMONG_LETTERS.findall(sample)
    for within, after in found:
        letter = (within or after).decode(encoding, errors="replace")
        fine += letter.islower() or letter == "’" or (bool(after) and letter in "“”…–—™®€")
    share = len(found) / max(1, len(HIGH.findall(sample)))
    return fine / len(found) if found and share > 0.3 else 0.0


def _newline(text: str) -> str:
    """Old Macs end lines with CR alone; elsewhere a CR within a line is part of what was said."""
    return "\n" if "\n" in text or "\r" not in text else "\r"
