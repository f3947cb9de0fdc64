"""``oneroof watch add|test|list``, ``oneroof import`` and the benchmarks, as one types them."""

import json
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.config.cli import main
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Mention, Source, Watch
from oneroof.listening.sources.base import RawPost

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(db: None) -> Source:
    forum = Source.objects.create(network="files", name="forum")
    texts = ("My kettle leaks", "The toaster is fine", "KETTLE! It smokes")
    receive_posts(
        forum,
        [
            RawPost(
                external_id=str(number),
                author_handle="zoe",
                text=text,
                created_at=clock.now() - timedelta(days=10 * number, minutes=1),
            )
            for number, text in enumerate(texts)
        ],
    )
    return forum


class Typed:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        status = main(words)
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def told(self, *words: str) -> Any:
        """The one JSON object of a command that did what it should."""
        status, out, err = self(*words, "--json")
        assert (status, out.count("\n")) == (0, 1), err
        return json.loads(out)


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """The test has its database already."""
    monkeypatch.setattr("oneroof.config.cli.database", lambda **_words: nullcontext())
    return Typed(capsys)


def test_a_watch_is_added_for_somebody(typed: Typed, agent: User, admin: User) -> None:
    added = typed.told("watch", "add", "Leaks", "kettle leak*", "--owner", "AMIR@company.example")
    assert Watch.objects.get(pk=added["id"]).owner == agent
    other = typed.told("watch", "add", "Smoke", "smoke")
    assert Watch.objects.get(pk=other["id"]).owner == admin


def test_nobody_to_own_a_watch_is_said(typed: Typed, member: User) -> None:
    for owner in ((), ("--owner", "who@nowhere.example"), ("--owner", member.email)):
        status, out, err = typed("watch", "add", "Leaks", "kettle", *owner)
        assert (status, out) == (1, "")
        assert err.startswith("oneroof: ")
    assert not Watch.objects.exists()


@pytest.mark.parametrize("verb", [("watch", "test"), ("watch", "add", "Leaks")])
def test_an_error_points_at_its_character(typed: Typed, admin: User, verb: tuple[str, ...]) -> None:
    status, out, err = typed(*verb, "kettle (leak", "--json")
    assert (status, out) == (2, "")
    _said, query, mark, mend = err.rstrip("\n").split("\n")
    assert query[mark.index("^")] == "("
    assert mend == "Add a ) where the group ends."


def test_a_watch_is_tried_over_all_that_is_stored(typed: Typed, heard: Source) -> None:
    told = typed.told("watch", "test", "kettle")
    assert told["matches"] == 2
    assert [each["text"] for each in told["sample"]] == ["My kettle leaks", "KETTLE! It smokes"]
    assert [each["spans"] for each in told["sample"]] == [[[3, 9]], [[0, 6]]]
    assert (told["last_7_days"], told["last_30_days"], told["is_complete"]) == (1, 2, True)


def test_dates_bound_what_a_watch_is_tried_over(typed: Typed, heard: Source) -> None:
    day = (clock.now() - timedelta(days=5)).date().isoformat()
    assert typed.told("watch", "test", "kettle", "--from", day)["matches"] == 1
    assert typed.told("watch", "test", "kettle", "--to", day)["matches"] == 1
    status, _out, err = typed("watch", "test", "kettle", "--from", "yesterday")
    assert (status, "yesterday" in err) == (2, True)


def test_people_see_hits_in_brackets(typed: Typed, heard: Source) -> None:
    status, out, _err = typed("watch", "test", "kettle OR smok*")
    assert status == 0
    assert out == "2 posts (1 in 7 days, 2 in 30)\n\nMy [kettle] leaks\n\n[KETTLE]! It [smokes]\n"


def test_watches_are_listed(typed: Typed, heard: Source, agent: User) -> None:
    watch = typed.told("watch", "add", "Leaks", "kettle", "--owner", agent.email)["id"]
    Mention.objects.create(
        watch_id=watch, post_id=heard.postkey_set.first().pk, said_at=clock.now(), is_useful=True
    )
    [listed] = typed.told("watch", "list")["watches"]
    assert listed == {
        "id": watch, "name": "Leaks", "query": "kettle", "owner": agent.email, "tell": "never",
        "catches": 1, "catches_7d": 1, "judged": 1, "useful": 1, "useful_share": 1.0,
    }  # fmt: skip
    assert "Leaks: kettle" in typed("watch", "list")[1]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_imported_and_told_of(typed: Typed, tmp_path: Path, admin: User) -> None:
    typed.told("watch", "add", "Leaks", "kettle")
    file = tmp_path / "forum.csv"
    file.write_text(
        "external_id,author_handle,text,created_at\n1,zoe,My kettle leaks,2026-03-01\n"
        "2,max,Hello there,2026-03-01\n"
        "3,max,No date,soon\n"
    )
    told = typed.told("import", str(file), "--as", "posts")
    assert [told[field] for field in ("read", "stored", "duplicates", "rejected", "matched")] == [
        3,
        2,
        0,
        1,
        1,
    ]
    [row] = Path(told["rejected_file"]).read_text().splitlines()
    assert json.loads(row)["line"] == 4
    again = typed.told("import", str(file), "--as", "posts")
    assert [again[field] for field in ("read", "stored", "duplicates", "rejected", "matched")] == [
        3,
        0,
        2,
        1,
        0,
    ]


def test_matching_is_measured(typed: Typed) -> None:
    told = typed.told("bench", "match", "--watches", "300", "--posts", "50", "--runs", "1")
    assert told["posts_per_second"] > 0
    assert told["one_by_one_per_second"] > 0
    assert len(told["dearest_watches"]) > 10


@pytest.mark.slow
def test_every_benchmark_runs_to_its_end_where_it_is_small(typed: Typed) -> None:
    told = typed.told("bench", "all", "--small")
    assert told["ok"], told
