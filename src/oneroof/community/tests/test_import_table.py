"""Any community comes as CSV or JSONL, in whatever order, once; what cannot be stored is told with its line."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from oneroof.community.actions import import_table
from oneroof.community.actions.import_community import import_community
from oneroof.community.models import Entry, Kind, Member, Revision, Status
from oneroof.core.errors import OneroofError, WrongUseError
from oneroof.core.importing import Wanted

pytestmark = pytest.mark.django_db
COLUMNS = (
    "kind",
    "external_id",
    "author",
    "title",
    "body",
    "created_at",
    "parent_id",
    "tags",
    "accepted",
    "score",
)
ROWS = (
    ("comment", "k2", "Ann", "", "I did, twice.", "2021-05-04", "k1", "", "", ""),
    ("comment", "k1", "Bo", "", "Have you descaled it?", "2021-05-03", "a1", "", "", ""),
    ("answer", "a1", "Bo", "", "Turn the **seal** round.", "2021-05-02", "q1", "", "true", "4"),
    (
        "question",
        "q1",
        "Ann",
        "Why does my kettle drip?",
        "It drips.",
        "2021-05-01",
        "",
        "Seal; tea pots",
        "",
        "2",
    ),
    ("answer", "a2", "Cy", "", "None", "2021-05-05", "q1", "", "false", "-1"),
    ("question", "q2", "Cy", "Which filter fits?", "The old one broke.", "2021-06-01", "", "", "", ""),
    ("article", "w1", "Bo", "How to descale", "Use vinegar.", "2021-07-01", "", "descaling", "", ""),
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


@pytest.fixture(params=["csv", "jsonl"])
def export(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"kettles.{request.param}"
    return as_csv(path, *ROWS) if request.param == "csv" else as_jsonl(path, *ROWS)


def as_csv(path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def as_jsonl(path: Path, *rows: tuple[str, ...]) -> Path:
    path.write_text("".join(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in rows))
    return path


def brought(*paths: Path, form: str = "auto", source: str | None = None, **mapping: str) -> dict[str, Any]:
    return import_community(Wanted(paths, form, source, mapping))


def rejected(told: dict[str, Any]) -> dict[int, str]:
    lines = Path(told["rejected_file"]).read_text().splitlines()
    return {row["line"]: row["reason"] for row in map(json.loads, lines)}


def old(external_id: str) -> Entry:
    return Entry.objects.get(external_source="kettles", external_id=external_id)


def test_each_is_there_though_its_parent_comes_after_it(export: Path) -> None:
    told = brought(export)
    assert (told["read"], told["stored"], told["rejected_file"]) == (7, 7, None)
    assert {kind: count["stored"] for kind, count in told["by_kind"].items()} == {
        "questions": 2,
        "articles": 1,
        "answers": 2,
        "comments": 2,
    }
    assert (old("a1").root, old("a1").parent) == (old("q1"), old("q1"))
    assert (old("k1").root, old("k1").parent) == (old("q1"), old("a1"))
    assert old("k2").parent == old("a1"), "a comment on a comment stands beside it"
    assert (old("a2").body, old("a2").score) == ("None", -1)


def test_the_questions_counters_follow_from_its_answers(export: Path) -> None:
    brought(export)
    question = old("q1")
    assert (question.answers, question.accepted_answers, question.status) == (2, 1, Status.SOLVED)
    assert question.active_at == datetime(2021, 5, 5, tzinfo=UTC)
    assert old("a1").accepted_at
    assert not old("a2").accepted_at
    assert (old("q2").answers, old("q2").status, old("w1").status) == (0, Status.OPEN, Status.PUBLISHED)


def test_authors_tags_and_first_revisions_come_along(export: Path) -> None:
    brought(export)
    members = Member.objects.filter(external_source="kettles")
    assert sorted(members.values_list("name", "external_id")) == [("Ann", "Ann"), ("Bo", "Bo"), ("Cy", "Cy")]
    assert old("q1").author == old("k2").author == members.get(name="Ann")
    assert list(old("q1").tags.values_list("name", flat=True)) == ["seal", "tea-pots"]
    assert Revision.objects.get(entry=old("q1")).tags == ["seal", "tea-pots"]


def test_a_second_run_stores_none(export: Path) -> None:
    brought(export)
    again = brought(export)
    assert (again["read"], again["stored"], again["duplicates"]) == (7, 0, 7)
    assert (Entry.objects.count(), Member.objects.count(), old("q1").answers) == (7, 3, 2)


def test_small_batches_tell_the_same(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_table, "AT_ONCE", 1)
    assert brought(export)["stored"] == 7
    assert (old("q1").answers, old("q1").status) == (2, Status.SOLVED)


def test_answers_that_come_later_are_counted(tmp_path: Path) -> None:
    brought(as_csv(tmp_path / "one.csv", ROWS[3]), source="kettles")
    assert old("q1").status == Status.OPEN
    brought(as_csv(tmp_path / "two.csv", ROWS[4]), source="kettles")
    assert (old("q1").answers, old("q1").status) == (1, Status.ANSWERED)


def test_files_of_one_source_may_come_in_any_order(tmp_path: Path) -> None:
    answers, questions = as_csv(tmp_path / "a.csv", ROWS[2]), as_jsonl(tmp_path / "q.jsonl", ROWS[3])
    assert brought(answers, questions, source="kettles")["stored"] == 2


def test_what_cannot_be_stored_is_told_with_its_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    at = "2021-05-01"
    told = brought(
        as_csv(
            tmp_path / "kettles.csv",
            ("answer", "a1", "Bo", "", "Lost.", at, "q99", "", "", ""),
            ("poll", "p1", "Bo", "Tea?", "Yes or no.", at, "", "", "", ""),
            ("question", "q1", "Bo", " ", "No title.", at, "", "", "", ""),
            ("question", "q2", "Bo", "When?", "No such day.", "2021-02-31", "", "", "", ""),
            ("answer", "a2", "Bo", "", "To an answer.", at, "a3", "", "", ""),
            ("answer", "a3", "Bo", "", "To the question.", at, "q3", "", "", ""),
            ("question", "q3", "Bo", "And this?", "It goes on.", at, "", "", "", ""),
            ("comment", "q3", "Bo", "", "Under an id that is taken.", at, "q3", "", "", ""),
            ("comment", "k1", "Bo", "", "Under itself.", at, "k1", "", "", ""),
            ("answer", "a4", "Bo", "", "Perhaps.", at, "q3", "", "perhaps", ""),
            ("question", "q4", "Bo", "How many?", "Very.", at, "", "", "", "many"),
        )
    )
    assert (told["read"], told["stored"], told["rejected"]) == (11, 2, 9)
    assert told["by_kind"]["unknown"]["rejected"] == 1
    reasons = rejected(told)
    assert sorted(reasons) == [2, 3, 4, 5, 6, 9, 10, 11, 12]
    said = {
        2: "q99",
        3: "“poll”",
        4: "title",
        5: "created_at",
        9: "q3 is the id of a row of the kind question",
        10: "k1",
        11: "accepted",
        12: "score",
    }
    assert all(word in reasons[line] for line, word in said.items()), reasons


def test_columns_are_mapped(tmp_path: Path) -> None:
    header = ("kind", "nr", "author", "title", "text", "created_at", *COLUMNS[6:])
    path = as_csv(tmp_path / "kettles.csv", *ROWS, header=header)
    with pytest.raises(OneroofError, match="no column for external_id"):
        brought(path)
    assert brought(path, external_id="nr", body="text")["stored"] == 7


def test_hostile_text_is_kept_as_the_text_that_it_is(tmp_path: Path) -> None:
    body = "<script>alert('tea')</script> [x](javascript:alert(1)) '; DROP TABLE kettles; --"
    row = (
        "question",
        "q1",
        "<b>Bo</b>",
        "<img src=x onerror=1>",
        f"{body}\0",
        "2021-05-01",
        "",
        "<i>",
        "",
        "",
    )
    brought(as_jsonl(tmp_path / "kettles.jsonl", row))
    entry = old("q1")
    assert (entry.body, entry.title, entry.kind) == (f"{body}\ufffd", "<img src=x onerror=1>", Kind.QUESTION)


def test_a_wrong_format_is_refused_before_anything_is_stored(export: Path) -> None:
    with pytest.raises(WrongUseError, match="not “phpbb”"):
        brought(export, form="phpbb")
    with pytest.raises(WrongUseError, match="no field “colour”"):
        brought(export, colour="red")
    assert not Entry.objects.exists()


def test_authors_come_with_the_address_by_which_they_claim_their_account(tmp_path: Path) -> None:
    header = (*COLUMNS, "email")
    entry = (*ROWS[5], "")
    users = (
        ("user", "", "Cy", "", "Fixes *kettles*.", "2019-01-01", "", "", "", "", "Cy@old.example"),
        ("user", "", "Di", "", "", "", "", "", "", "", "no address"),
        ("user", "", "Ed", "", "", "", "", "", "", "", ""),
    )
    told = brought(as_csv(tmp_path / "kettles.csv", entry, *users, header=header))
    assert (told["by_kind"]["users"]["stored"], told["rejected"]) == (2, 1)
    cy = Member.objects.get(name="Cy")
    assert (cy.claim_email, cy.about, cy.joined_at.year) == ("cy@old.example", "Fixes *kettles*.", 2019)
    assert Entry.objects.get().author == cy
    late = ("user", "", "Ed", "", "", "", "", "", "", "", "ed@old.example")
    again = brought(as_csv(tmp_path / "kettles.csv", entry, users[0], late, header=header))
    assert (again["stored"], again["duplicates"]) == (0, 3)
    assert Member.objects.get(name="Ed").claim_email == "ed@old.example"
