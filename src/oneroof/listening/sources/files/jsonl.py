"""One JSON object a line, fields by their names."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from oneroof.core.errors import WrongUseError
from oneroof.core.files.encoding import LINE_LIMIT, UnreadableFileError, Writing, lines_of
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.fields import KNOWN, UnreadablePostError, post_of


def read_jsonl(path: Path, writing: Writing, mapping: Mapping[str, str]) -> Iterator[RawPost | Rejected]:
    """Each line as a post or with the reason why not; blank lines are left out."""
    if unknown := sorted(set(mapping) - KNOWN):
        raise WrongUseError(f"There is no field “{unknown[0]}” to map.")
    lines = lines_of(path, writing)
    first = next((line for line in lines if line.strip()), "")
    if first.strip() in {"[", "{"} or first.lstrip().startswith("[{"):
        raise UnreadableFileError(f"{path.name} is one JSON document; write one object a line.")
    return _posts(path, writing, mapping)


def _posts(path: Path, writing: Writing, mapping: Mapping[str, str]) -> Iterator[RawPost | Rejected]:
    for number, line in enumerate(lines_of(path, writing), start=1):
        if line.strip():
            yield _post_or_why(number, line, mapping)


def _post_or_why(number: int, line: str, mapping: Mapping[str, str]) -> RawPost | Rejected:
    where = f"line {number}"
    if len(line) >= LINE_LIMIT:
        return Rejected(where, f"the line is longer than {LINE_LIMIT:,} characters", line)
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Rejected(where, f"it is not JSON: {error}", line)
    if not isinstance(said, dict):
        return Rejected(where, "it is not a JSON object", line)
    named = {**said, **{field: said.get(column) for field, column in mapping.items()}}
    try:
        return post_of(named)
    except UnreadablePostError as error:
        return Rejected(where, str(error), line)
