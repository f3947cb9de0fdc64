"""What the page on quality says of reasons is what the command measures."""

from pathlib import Path

import pytest

from oneroof.insight.quality import routing
from oneroof.insight.quality.__main__ import main
from oneroof.insight.quality.sets import SetMissingError, vectors
from oneroof.text.embeddings import is_available

DATA = Path(__file__).resolve().parents[6] / "shared" / "data"


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "intents").is_dir(), reason="the public sets are not here")
@pytest.mark.skipif(not is_available(), reason="there is no embedding model for this machine")
def test_groups_without_a_number_agree_with_the_intents() -> None:
    assert routing.groups(DATA)["meaning"]["v_measure"] >= 0.75


def test_a_missing_set_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetMissingError, match="not in the folder"):
        routing.airline(tmp_path)
    with pytest.raises(SetMissingError):
        routing.banking(tmp_path)


def test_a_subject_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "banking" in capsys.readouterr().err


@pytest.mark.skipif(not is_available(), reason="there is no embedding model for this machine")
def test_vectors_are_kept_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first = vectors(["My kettle leaks."])
    assert len(list((tmp_path / "oneroof-quality").iterdir())) == 1
    assert (vectors(["My kettle leaks."]) == first).all()
