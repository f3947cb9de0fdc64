"""Files that people bring: text in any encoding, CSV and JSONL, each row read or set aside with its reason."""

from oneroof.core.files.encoding import UnreadableFileError, detect
from oneroof.core.files.records import FORMATS, Fields, RecordFile, UnreadableRowError, open_records
from oneroof.core.files.rejected import Rejected

__all__ = [
    "FORMATS",
    "Fields",
    "RecordFile",
    "Rejected",
    "UnreadableFileError",
    "UnreadableRowError",
    "detect",
    "open_records",
]
