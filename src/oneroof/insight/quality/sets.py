"""The public sets of labelled texts, and their vectors, kept beside the system's temporary files."""

import csv
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from oneroof.text.embeddings import embed_queries
from oneroof.text.routing import Floats


class SetMissingError(Exception):
    """The folder with the public sets is not there."""


def intents(folder: Path, split: str) -> tuple[list[str], list[str]]:
    """Texts and their labels."""
    return _lines(folder / split / "seq.in"), _lines(folder / split / "label")


def airline_reasons(data: Path) -> tuple[list[str], list[str]]:
    """Complaints at airlines in the order of time, with their reason; those that people could not tell are out."""
    path = data / "airline" / "Tweets_merged_utf8.csv"
    if not path.is_file():
        raise SetMissingError(f"{path.parent.name}/{path.name} is not in the folder of the public sets.")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = {row["tweet_id"]: row for row in csv.DictReader(file) if row["negativereason"]}
    ordered = sorted(rows.values(), key=lambda row: (row["tweet_created"], int(row["tweet_id"])))
    return [row["text"] for row in ordered], [row["negativereason"] for row in ordered]


def vectors(texts: Sequence[str]) -> Floats:
    """Those of a run before, or new ones: half a minute a thousand texts on one core."""
    name = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]
    path = Path(tempfile.gettempdir()) / "oneroof-quality" / f"{name}.npy"
    if path.is_file():
        return np.asarray(np.load(path), np.float32)
    found = embed_queries(texts)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    np.save(path, found)
    return found


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise SetMissingError(f"{path.parent.name}/{path.name} is not in the folder of the public sets.")
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")
