"""What other systems logged comes in once, joins the people we know, and is counted by reason."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.files import UnreadableFileError
from oneroof.core.importing import Wanted
from oneroof.customers.models import Identity, Person
from oneroof.insight.actions.import_contacts import import_as_contacts
from oneroof.insight.models import Contact, Example, Reason
from oneroof.insight.queries.drivers import as_report, drivers

pytestmark = pytest.mark.django_db

TABLE = """Ticket,Medium,Opened,Who,Topic,Words,Paid
1,phone,2026-03-01 09:00,Mia@Customers.example,Late parcel,Where is it?,"1,004.50"
2,phone,2026-03-02 09:00,nobody,late  parcel,Still not here,
3,chat,2026-03-02 10:00,,,My kettle leaks,3
4,chat,yesterday,,,,
5,chat,2026-03-02 10:00,,,,free
"""
COLUMNS = {
    "external_id": "Ticket",
    "channel": "Medium",
    "opened_at": "Opened",
    "customer": "Who",
    "reason": "Topic",
    "text": "Words",
    "cost": "Paid",
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def load(path: Path, content: str = TABLE, mapping: dict[str, str] = COLUMNS) -> Any:
    path.write_text(content, encoding="utf-8")
    return import_as_contacts(Wanted([path], "auto", None, mapping))


def test_any_table_is_read_once_and_what_is_unreadable_is_set_aside(tmp_path: Path) -> None:
    person = Person.objects.create(name="Mia")
    identity = Identity.objects.create(
        person=person,
        born=person,
        network="email",
        handle="mia@customers.example",
        handle_folded="mia@customers.example",
    )
    told = load(tmp_path / "calls.csv")
    assert {key: told[key] for key in ("read", "stored", "duplicates", "rejected", "matched")} == {
        "read": 5, "stored": 3, "duplicates": 0, "rejected": 2, "matched": 1,
    }  # fmt: skip
    rejected = [json.loads(line) for line in Path(told["rejected_file"]).read_text().splitlines()]
    assert [(row["file"], row["line"]) for row in rejected] == [("calls.csv", 5), ("calls.csv", 6)]
    assert Contact.objects.get(external_id="1").identity == identity
    again = load(tmp_path / "calls.csv")
    assert (again["stored"], again["duplicates"]) == (0, 3)
    assert Contact.objects.count() == 3


def test_a_handle_of_two_people_joins_nobody(tmp_path: Path) -> None:
    for network in ("mastodon", "bluesky"):
        person = Person.objects.create()
        Identity.objects.create(
            person=person, born=person, network=network, handle="nobody", handle_folded="nobody"
        )
    load(tmp_path / "calls.csv")
    assert Contact.objects.get(external_id="2").identity is None


def test_reasons_of_a_file_are_one_whatever_their_case_and_are_learnt(tmp_path: Path) -> None:
    load(tmp_path / "calls.csv")
    reason = Reason.objects.get()
    assert reason.name.casefold() == "late parcel"
    assert Example.objects.filter(reason=reason).count() == 2


def test_lines_of_json_by_the_names_of_the_fields(tmp_path: Path) -> None:
    line = {
        "external_id": 7,
        "channel": "mail",
        "opened_at": "2026-03-02T10:00:00Z",
        "closed_at": "2026-03-01",
    }
    good = {**line, "closed_at": None, "cost": 2.5}
    told = load(tmp_path / "calls.jsonl", f"{json.dumps(line)}\n{json.dumps(good)}\n", {})
    assert (told["stored"], told["rejected"]) == (1, 1)
    with pytest.raises(UnreadableFileError, match="no column for external_id"):
        load(tmp_path / "calls.csv", TABLE, {})


def test_drivers_are_counted_with_trend_cost_and_what_stands_below(tmp_path: Path) -> None:
    load(tmp_path / "calls.csv")
    late = Reason.objects.get()
    top = Reason.objects.create(name="Delivery")
    late.parent = top
    late.save(update_fields=["parent"])
    Contact.objects.filter(external_id="1").update(opened_at=datetime(2026, 2, 20, tzinfo=UTC))
    end = datetime(2026, 3, 3, tzinfo=UTC)
    told = as_report(drivers(end - timedelta(days=7), end))
    above, below = told["drivers"]
    assert (above["reason"], above["count"], above["before"]) == ("Delivery", 1, 1)
    assert (below["parent"], below["count"], below["cost"]) == (top.pk, 1, None)
    assert sum(above["trend"]) == 1
    assert (told["unknown"]["count"], told["unknown"]["cost"]) == (1, 3.0)
    assert told["total"]["count"] == 2


def test_nothing_is_counted_where_there_is_nothing() -> None:
    with clock.frozen_at(datetime(2026, 3, 3, tzinfo=UTC)):
        told = as_report(drivers())
    assert told["drivers"] == []
    assert told["total"]["count"] == 0
