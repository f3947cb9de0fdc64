"""A person taken out of the files under the home: rejected rows, and the demo’s letters and replies."""

import json
import re
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from pathlib import Path

from oneroof.core.home import home

type Named = re.Pattern[str]


def sweep_files(pattern: str) -> None:
    """Rows that name them go; a letter or a reply goes whole."""
    named = re.compile(pattern, re.IGNORECASE)
    for file in (home() / "rejected").glob("*.jsonl"):
        _without_rows(file, named)
    for place, read in READ.items():
        for file in home().glob(place):
            if named.search(read(file.read_bytes())):
                file.unlink()


def _without_rows(file: Path, named: Named) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not named.search(_row(line))]
    if len(kept) < len(lines):
        file.write_text("".join(kept), encoding="utf-8")


def _row(line: str) -> str:
    """As it was before it was quoted; the last line of an import that was killed may be half a one."""
    try:
        return "\n".join(str(each) for each in json.loads(line).values())
    except ValueError:
        return line


def _letter(raw: bytes) -> str:
    letter = message_from_bytes(raw, policy=policy.default)
    parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, letter.values()), *parts])


def _reply(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


READ: Mapping[str, Callable[[bytes], str]] = {"mail/*.eml": _letter, "replies/*.json": _reply}
