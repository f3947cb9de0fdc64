"""Answers of surveys come in once, stay somebody's own, and every figure follows from the scores beside it."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core.importing import Wanted, importers
from oneroof.customers.actions.erasing import erase_person
from oneroof.customers.models import Customer, Person
from oneroof.customers.own import holder_of
from oneroof.experience.belongings import surveys_of_holder
from oneroof.experience.cli import surveys_as_table
from oneroof.experience.models import SurveyAnswer
from oneroof.experience.queries.surveys import survey_report
from oneroof.experience.rules.scores import nps
from oneroof.experience.rules.surveys import is_day_first

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).parents[4].parent / "shared" / "data" / "nps"
HEADER = "score,answered_at,customer,comment,touch_point,kind\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def load(file: Path, rows: str, header: str = HEADER, **mapping: str) -> Any:
    file.write_text(header + rows, encoding="utf-8")
    return importers()["surveys"](Wanted([file], "auto", None, mapping))


def counts(told: Any) -> tuple[int, int, int, int, int]:
    return told["read"], told["stored"], told["duplicates"], told["rejected"], told["matched"]


def test_answers_are_stored_once_and_two_who_say_the_same_are_two(tmp_path: Path) -> None:
    person = Person.objects.create(name="Ana")
    Customer.objects.create(person=person, external_id="K1")
    rows = "9,2026-03-01,K1,Fine,Order,\n" + 2 * "3,2026-03-01,,,Order,nps\n"
    assert counts(load(tmp_path / "a.csv", rows)) == (3, 3, 0, 0, 1)
    assert counts(load(tmp_path / "a.csv", rows)) == (3, 0, 3, 0, 0)
    assert counts(load(tmp_path / "b.csv", rows + "3,2026-03-01,,,Order,\n")) == (4, 1, 3, 0, 0)
    assert SurveyAnswer.objects.get(customer="K1").person == person


def test_what_cannot_be_counted_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    rows = "11,2026-03-01,,,,\n7.5,2026-03-01,,,,\n,2026-03-01,,,,\n9,,,,,\n0,2026-03-01,,,,csat\n"
    told = load(tmp_path / "bad.csv", rows + "9,2026-03-01,,,,ces\n9,03/04/2026,,,,\n7.0,2026-03-01,,,,NPS\n")
    assert counts(told) == (8, 1, 0, 7, 0)
    rejected = [json.loads(line) for line in Path(told["rejected_file"]).read_text().splitlines()]
    expected = (
        "0 to 10",
        "whole number",
        "score is empty",
        "date is empty",
        "1 to 5",
        "kind",
        "day or the month",
    )
    assert [(row["line"], word in row["reason"]) for row, word in zip(rejected, expected, strict=True)] == [
        (line, True) for line in range(2, 9)
    ]


def test_dates_with_slashes_are_read_as_their_file_shows(tmp_path: Path) -> None:
    load(tmp_path / "days.csv", "9,03/04/2026 08:05,,,,\n9,21/04/2026 08:05,,,,\n")
    assert SurveyAnswer.objects.earliest("answered_at").answered_at == datetime(2026, 4, 3, 8, 5, tzinfo=UTC)
    assert is_day_first(["03/04/2026", "04/21/2026"]) is False
    assert is_day_first(["03/04/2026", "2026-04-03", None]) is None
    assert is_day_first(["21/04/2026", "04/21/2026"]) is None, "they contradict one another"


def test_the_worked_example_and_its_touch_points(tmp_path: Path) -> None:
    scores = [("Order", 10)] * 50 + [("Order", 7)] * 30 + [("Visit", 3)] * 20
    rows = "".join(f"{score},2026-03-01,,,{where},\n" for where, score in scores)
    rows += "".join(f"{score},2026-03-01,,,,csat\n" for score in [5, 4, 4, 4, 4, 4, 4, 5, 1, 3])
    load(tmp_path / "a.csv", rows)
    told = survey_report()
    assert [told[key] for key in ("responses", "promoters", "passives", "detractors", "nps")] == [
        100, 50, 30, 20, 30,
    ]  # fmt: skip
    assert (told["low"], told["high"]) == pytest.approx((14.05, 44.20), abs=0.01)
    assert [(row["touch_point"], row["nps"]) for row in told["touch_points"]] == [
        ("Order", 62.5),
        ("Visit", -100),
    ]
    assert (told["csat"]["responses"], told["csat"]["satisfied"]) == (10, 8)
    wilson = [told["csat"][key] for key in ("csat", "low", "high")]
    assert wilson == pytest.approx([0.8, 0.4902, 0.9433], abs=1e-4)
    assert "Visit" in surveys_as_table(told)


def test_every_score_follows_exactly_from_its_rows(tmp_path: Path) -> None:
    load(tmp_path / "a.csv", "".join(f"{n * n % 11},2026-03-0{n % 9 + 1},,,P{n % 3},\n" for n in range(60)))
    told = survey_report(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    stored = SurveyAnswer.objects.filter(answered_at__day__gte=2, answered_at__day__lt=9)
    for row, answers in [(told, stored)] + [
        (each, stored.filter(touch_point=each["touch_point"])) for each in told["touch_points"]
    ]:
        found = nps(answers.values_list("score", flat=True))
        assert found
        assert (row["nps"], row["low"], row["high"]) == (found.value, found.low, found.high)
        assert row["responses"] == found.answers == sum(row["scores"].values())


def test_nobody_asked_is_no_score() -> None:
    told = survey_report()
    assert (told["responses"], told["nps"], told["low"], told["touch_points"]) == (0, None, None, [])
    assert told["csat"]["csat"] is None
    assert "–" in surveys_as_table(told)


def test_answers_go_with_their_person_and_do_not_come_back(tmp_path: Path, lead: User) -> None:
    rows = "2,2026-03-01,K1,My words,Order,\n8,2026-03-01,K2,Others,Order,\n"
    load(tmp_path / "a.csv", rows)
    person = Person.objects.create(name="Ana")
    Customer.objects.create(person=person, external_id="K1")
    (told,) = surveys_of_holder(holder_of(person.pk))
    assert (told["comment"], told["score"], told["survey"]) == ("My words", 2, "nps")
    erase_person(lead, person.pk)
    assert counts(load(tmp_path / "a.csv", rows)) == (2, 0, 2, 0, 0)
    assert set(SurveyAnswer.objects.values_list("score", "customer", "comment")) == {
        (2, "", ""),
        (8, "K2", "Others"),
    }


def test_a_companys_own_export_is_read_by_its_columns() -> None:
    files = sorted(SHARED.glob("*.csv"))
    if not files:
        pytest.skip("the shared NPS export is not here")
    columns = {
        "score": "NPS_SCORE",
        "answered_at": "CUSTOMER_RESPONSE_DATE",
        "touch_point": "SURVEY_SUB_TYPE",
        "comment": "text",
    }
    with files[0].open(encoding="utf-8", errors="replace", newline="") as opened:
        said = Counter(row["NPS_RATING"] for row in csv.DictReader(opened))
    told = importers()["surveys"](Wanted(files[:1], "auto", None, columns))
    assert (told["stored"], told["rejected"]) == (said.total() - said[""], said[""])
    report = survey_report()
    assert (report["promoters"], report["passives"], report["detractors"]) == (
        said["Promoter"], said["Passive"], said["Detractor"],
    )  # fmt: skip
    assert report["nps"] == 100 * (said["Promoter"] - said["Detractor"]) / report["responses"]
