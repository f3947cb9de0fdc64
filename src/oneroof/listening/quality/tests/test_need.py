import json
import os
from pathlib import Path

import pytest

from oneroof.listening.need import PostFacts
from oneroof.listening.quality import copies, feeling, language, need, sets
from oneroof.listening.quality.__main__ import main
from oneroof.listening.quality.sets import Case, SetMissingError

DATA = Path(os.environ.get("ONEROOF_DATA", "../shared/data"))
needs_sets = pytest.mark.skipif(not DATA.is_dir(), reason="the public sets are absent; set ONEROOF_DATA")


def made_up(count: int) -> list[Case]:
    """A team that answers whatever is about lids, which neither the rules nor VADER can know."""
    things = ["lid", "spout", "cable", "base"]
    return [
        Case(PostFacts(text=f"About the {things[at % 4]} of model {at}"), at % 4 == 0, str(at % 50))
        for at in range(count)
    ]


def test_what_only_the_team_knows_is_learnt() -> None:
    report = need.measure(made_up(400))
    assert report["posts"] == {"first_half": 200, "second_half": 200}
    assert report["base_rate"] == {"first_half": 0.25, "second_half": 0.25}
    learned = report["methods"]["learned"]
    assert learned["area_under_roc"]["value"] == 1.0
    assert learned["at_best_f1"]["precision"]["value"] == 1.0
    assert report["methods"]["vader"]["area_under_roc"]["value"] == 0.5
    assert report["learned_above"]["rules"]["area_under_roc"]["low"] > 0.3


def test_nothing_of_the_second_half_reaches_the_learner_or_the_thresholds() -> None:
    cases = made_up(200)
    turned = cases[:100] + [Case(case.facts, not case.needed, case.author) for case in cases[100:]]
    honest, other = need.measure(cases), need.measure(turned)
    assert other["methods"]["learned"]["area_under_roc"]["value"] == 0.0
    thresholds = [report["methods"]["learned"]["at_best_f1"]["threshold"] for report in (honest, other)]
    assert thresholds[0] == thresholds[1]


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(SetMissingError, match="airline"):
        need.run(tmp_path)


def test_the_command_prints_one_object_or_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEROOF_DATA", str(tmp_path))
    assert main(["need"]) == 1
    assert main(["nothing"]) == 2
    (tmp_path / "vader").mkdir()
    for name in ("umsab/english", "tweeteval/sentiment"):
        (tmp_path / name).mkdir(parents=True)
        for split in ("train", "val"):
            (tmp_path / name / f"{split}_text.txt").write_text("I hate it\nIt is a kettle\nI love it\n")
            (tmp_path / name / f"{split}_labels.txt").write_text("0\n1\n2\n")
    (tmp_path / "vader" / "tweets_GroundTruth.txt").write_text("1\t-2.5\tI hate it\n2\t2.5\tI love it\n")
    capsys.readouterr()
    assert main(["feeling"]) == 0
    assert json.loads(capsys.readouterr().out)["tweeteval_val"]["accuracy"] == 1.0


@needs_sets
def test_features_of_the_sets_come_from_before_the_post() -> None:
    cases = sets.twcs(DATA)
    assert len(cases) > 2_500
    assert not any(case.facts.answers_us and not case.facts.thread_answered_by_us for case in cases)
    assert {case.part for case in cases} == {"opening", "following"}
    assert not any(case.facts.is_reply for case in cases if case.part == "opening")


@pytest.mark.slow
@needs_sets
def test_learning_beats_the_rules_and_vader_on_both_sets() -> None:
    for name, report in need.run(DATA).items():
        for other in ("rules", "vader"):
            gain = report["learned_above"][other]
            assert gain["area_under_roc"]["low"] > 0, (name, other)
            assert gain["average_precision"]["low"] > 0, (name, other)


@pytest.mark.slow
@needs_sets
def test_languages_feelings_and_copies_hold_their_level() -> None:
    told = language.run(DATA)["val"]["all"]
    assert told["right_where_told"] > 0.97
    assert told["unknown"] < 0.05
    assert feeling.run(DATA)["vader"]["correlation"] > 0.85
    found = copies.run(DATA)["found_again"]
    assert found["dressed"] > 0.95
    assert found["a word dropped"] > 0.85
