"""The learning filter."""

import pytest

from oneroof.text.spam import Filter

WANTED = ["My kettle drips", "Where is the manual?", "Thanks, the seal was it", "How often do I descale it?"]
UNWANTED = ["WIN a FREE prize now!!!", "Cheap pills, call 08001234567", "Claim cash at http://x.example/y"]


@pytest.fixture
def taught() -> Filter:
    learner = Filter()
    for _time in range(5):
        for text in WANTED:
            learner.learn(text, unwanted=False)
        for text in UNWANTED:
            learner.learn(text, unwanted=True)
    return learner


def test_it_tells_what_it_has_learnt_from_what_is_like_it(taught: Filter) -> None:
    assert (
        taught.judge("Win a prize, claim your cash").chance > 0.8 > 0.3 > taught.judge("My seal drips").chance
    )
    assert "cash" in taught.judge("claim cash").because


def test_it_knows_nothing_before_it_has_seen_both() -> None:
    learner = Filter()
    assert (learner.judge("anything").chance, learner.knows_both) == (0.5, False)
    learner.learn("x", unwanted=True)
    assert not learner.knows_both


def test_it_is_kept_and_comes_back(taught: Filter) -> None:
    again = Filter.from_bytes(taught.to_bytes())
    assert again.judge("free prize") == taught.judge("free prize")
    assert (again.unwanted, again.wanted) == (15, 20)
    for nonsense in (b"", b"SPAM1", taught.to_bytes()[:-9], b"x" * 99):
        with pytest.raises(ValueError, match="not a filter"):
            Filter.from_bytes(nonsense)


def test_any_text_is_judged(taught: Filter) -> None:
    for text in ("", " ", "\0", "a" * 100_000, "\u202e\ud800", "ﷺ" * 5_000, "𝕎𝕀ℕ 𝕔𝕒𝕤𝕙"):
        assert 0 <= taught.judge(text).chance <= 1


def test_another_alphabet_of_the_same_letters_does_not_hide_it(taught: Filter) -> None:
    assert taught.judge("𝕎𝕀ℕ 𝕒 𝔽ℝ𝔼𝔼 𝕡𝕣𝕚𝕫𝕖").chance == taught.judge("WIN a FREE prize").chance
