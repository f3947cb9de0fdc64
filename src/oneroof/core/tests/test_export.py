"""What we export is safe to open."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.core.export import FORMULA_SIGNS, csv_lines, defused


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"]
)
def test_formulas_are_defused(cell: str) -> None:
    assert defused(cell).startswith("'")


@pytest.mark.parametrize(("cell", "shown"), [("plain", "plain"), (-5, "-5"), (1.5, "1.5"), (None, "")])
def test_words_and_figures_stay(cell: object, shown: str) -> None:
    assert defused(cell) == shown


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_every_row_comes_back_and_no_cell_begins_a_formula(row: list[str]) -> None:
    text = "".join(csv_lines(["a"] * len(row), [row]))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == 2
    assert not any(cell.lstrip(" ").startswith(FORMULA_SIGNS) for cell in read[1])
