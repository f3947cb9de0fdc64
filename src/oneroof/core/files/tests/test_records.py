"""Any table of a company becomes records; a row that cannot be read says why and stops nothing."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from oneroof.core.errors import WrongUseError
from oneroof.core.files import Fields, Rejected, UnreadableFileError, open_records
from oneroof.core.files.values import amount, moment_or_none, word

FIELDS = Fields(required=("id",), optional=("cost", "at"))


def read(fields: Mapping[str, object]) -> tuple[str, str, str]:
    return (
        word(fields, "id", limit=10, required=True),
        str(amount(fields, "cost")),
        str(moment_or_none(fields, "at")),
    )


def records(path: Path, content: str, **mapping: str) -> list[object]:
    path.write_text(content, encoding="utf-8")
    return list(open_records(path, FIELDS, read, format="auto", mapping=mapping).records)


def test_a_table_with_columns_of_its_own(tmp_path: Path) -> None:
    content = 'No;Price\n7;"1,200.5"\n;3\n8;dear\n9;\n'
    first, empty, dear, last = records(tmp_path / "a.csv", content, id="No", cost="Price")
    assert first == ("7", "1200.50", "None")
    assert last == ("9", "None", "None")
    assert isinstance(empty, Rejected)
    assert (empty.where, empty.reason) == ("line 3", "id is empty")
    assert isinstance(dear, Rejected)
    assert "not an amount" in dear.reason


def test_lines_of_json(tmp_path: Path) -> None:
    content = '{"no": 7, "cost": 2, "at": "2026-03-02"}\n\nnonsense\n[1]\n{"no": true}\n'
    first, *rejected = records(tmp_path / "a.jsonl", content, id="no")
    assert first == ("7", "2.00", "2026-03-02 00:00:00+00:00")
    assert [each.where for each in rejected if isinstance(each, Rejected)] == ["line 3", "line 4", "line 5"]


def test_what_is_wrong_with_the_whole_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no column for id"):
        records(tmp_path / "a.csv", "a,b\n1,2\n")
    with pytest.raises(UnreadableFileError, match="no column “x”"):
        records(tmp_path / "a.csv", "a,b\n1,2\n", id="x")
    with pytest.raises(WrongUseError, match="no field “colour”"):
        records(tmp_path / "a.csv", "a,b\n1,2\n", colour="a")
    with pytest.raises(UnreadableFileError, match="one object a line"):
        records(tmp_path / "a.jsonl", "[\n{}\n]\n")
