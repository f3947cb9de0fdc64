"""What the page on quality says of search is what the command measures."""

from pathlib import Path

import pytest

from oneroof.community.quality import finding, sets
from oneroof.community.quality.__main__ import main
from oneroof.community.quality.metrics import average_precision, mean, reciprocal_rank
from oneroof.community.quality.ordering import Orders, bm25, words

DATA = Path(__file__).resolve().parents[6] / "shared" / "data"


def test_the_metrics_of_a_worked_example() -> None:
    order, right = [7, 3, 9, 4], {3, 4, 5}
    assert reciprocal_rank(order, right) == 1 / 2
    assert average_precision(order, right) == pytest.approx((1 / 2 + 2 / 4 + 0) / 3)
    assert reciprocal_rank(order, {8}) == average_precision(order, {8}) == average_precision(order, ()) == 0
    assert mean([0.5, 1.0]) == 0.75


def test_a_rare_word_is_worth_more() -> None:
    first, _second = bm25([words("The kettle leaks"), words("Kettles")])
    assert first["leak"] > first["kettl"]


def test_words_and_titles_find_a_page() -> None:
    pages = [sets.Page("My kettle leaks", ["", "Change its seal."]), sets.Page("Opening hours", [""])]
    orders = Orders(pages, [sets.Asked("leaking kettle, which seal?", [0, 1], frozenset({0}))])
    assert orders.by_words() == orders.by_bm25() == orders.by_title(of_all=False) == [[0]]
    assert orders.by_tf_idf(with_answers=True) == [[0]]


def test_what_has_no_weight_finds_nothing() -> None:
    orders = {"words": [[0], []], "title": [[1], [1]], "meaning": [[], []]}
    assert finding._fused(orders, (1.0, 0.0, 1.0)) == [[0], []]
    assert finding._fused(orders, (0.0, 0.0, 1.0)) == [[], []]


@pytest.mark.skipif(not (DATA / sets.FAQS).is_file(), reason="the public sets are not here")
def test_words_find_most_faqs() -> None:
    pages, asked = sets.faqs(DATA)
    order = Orders(pages, asked).by_words()
    assert len(pages) == 125
    assert mean([reciprocal_rank(found, each.right) for found, each in zip(order, asked, strict=True)]) > 0.75


def test_those_abroad_have_each_an_answer_of_their_own() -> None:
    pages, asked = sets.abroad()
    assert sorted(n for each in asked for n in each.right) == list(range(len(pages))) == list(range(30))


@pytest.mark.skipif(not (DATA / sets.FAQS).is_file(), reason="the public sets are not here")
def test_what_is_asked_in_other_languages_points_at_pages_or_at_none() -> None:
    for told in sets.asking(DATA).values():
        assert {right for _lang, _text, right in told.asked} <= set(range(-1, len(told.pages)))
        assert {lang for lang, _text, right in told.asked if right < 0} == {
            "es",
            "de",
            "fr",
            "ja",
            "ar",
            "en",
        }


def test_a_missing_set_is_said(tmp_path: Path) -> None:
    with pytest.raises(sets.SetMissingError, match="not in the folder"):
        finding.run(tmp_path)


def test_a_subject_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "find" in capsys.readouterr().err
