import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneroof.listening.need import (
    Need,
    NeedModel,
    PostFacts,
    Reason,
    features,
    read_words,
    rules_score,
    with_waiting,
)
from oneroof.listening.need.reasons import TEMPLATES
from oneroof.listening.need.tests.test_plain import facts

TAUGHT = TEMPLATES["taught"]
LEAK = PostFacts(text="@kettle_co the lid of my kettle leaks", lang="en", addressed_to_us=True)
JOB = PostFacts(text="@kettle_co are you hiring drivers", lang="en", addressed_to_us=True)


def points(need: Need) -> dict[str, int]:
    return {reason.text(): reason.points for reason in need.reasons}


def test_it_starts_as_the_rules_do() -> None:
    for post in (LEAK, JOB):
        expected = rules_score(features(post, read_words(post.text)))
        assert NeedModel().probability(post) == pytest.approx(expected)


def test_the_score_is_a_hundred_times_the_probability() -> None:
    model = NeedModel()
    assert model.score(LEAK).score == round(100 * model.probability(LEAK))


def test_it_learns_what_the_team_dismisses_and_says_which_word() -> None:
    model = NeedModel()
    before = model.score(JOB).score
    for _ in range(15):
        model.learn(JOB, needed=False)
        model.learn(LEAK, needed=True)
    assert model.score(JOB).score < before - 20
    assert model.score(LEAK).score > model.score(JOB).score + 30
    assert any("hiring" in reason for reason in points(model.score(JOB)))
    assert model.learned == 30


def test_one_decision_does_not_turn_everything_over() -> None:
    model = NeedModel()
    before = model.probability(LEAK)
    model.learn(JOB, needed=False, weight=1000.0)
    assert abs(model.probability(LEAK) - before) < 0.35


def test_a_surer_decision_moves_more() -> None:
    unsure, sure = NeedModel(), NeedModel()
    unsure.learn(JOB, needed=False, weight=0.5)
    sure.learn(JOB, needed=False, weight=2.0)
    assert sure.probability(JOB) < unsure.probability(JOB)


def test_a_changed_mind_is_followed() -> None:
    """A thousand questions dismissed, then thirty claimed, with no word in common."""

    def question(number: int) -> PostFacts:
        return PostFacts(text=f"word{chr(0x4E00 + number)}", addressed_to_us=True, kind="question")

    model = NeedModel()
    for number in range(1000):
        model.learn(question(number), needed=False)
    assert model.probability(question(2000)) < 0.05
    for number in range(1000, 1030):
        model.learn(question(number), needed=True)
    assert model.probability(question(2000)) > 0.85


def test_our_own_posts_need_nothing_and_teach_nothing() -> None:
    ours = PostFacts(text="We are sorry to hear that, what happened?", is_ours=True)
    model = NeedModel()
    model.learn(ours, needed=True)
    assert model.learned == 0
    assert model.score(ours).score == 0
    assert model.score_all([ours, LEAK])[1] == model.score(LEAK)


def test_what_it_knows_survives_storing() -> None:
    model = NeedModel()
    for _ in range(5):
        model.learn(JOB, needed=False)
    again = NeedModel.from_bytes(model.to_bytes())
    assert again.learned == 5
    assert again.probability(JOB) == pytest.approx(model.probability(JOB), abs=1e-5)
    again.learn(LEAK, needed=True)
    model.learn(LEAK, needed=True)
    assert again.probability(LEAK) == pytest.approx(model.probability(LEAK), abs=1e-5)


@pytest.mark.parametrize("stored", [b"", b"nonsense", b"PK\x03\x04 broken", NeedModel().to_bytes()[:200]])
def test_what_cannot_be_read_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="need model"):
        NeedModel.from_bytes(stored)


def test_waiting_raises_the_need_and_says_so() -> None:
    need = NeedModel().score(JOB)
    waited = with_waiting(need, 600)
    assert need.score < waited.score < 100
    assert waited.reasons[-1].text() == "has waited 600 minutes"
    assert with_waiting(need, 60_000).score == with_waiting(need, 600_000).score < 100
    assert with_waiting(need, 0) == need
    assert with_waiting(Need(0, ()), 600).score == 0


decisions = st.lists(st.tuples(facts, st.booleans(), st.floats(0.1, 5)), max_size=12)


@settings(deadline=None, max_examples=40)
@given(decisions, facts, st.integers(0, 100_000))
def test_points_add_up_whatever_was_learnt(
    learnt: list[tuple[PostFacts, bool, float]], post: PostFacts, minutes: int
) -> None:
    model = NeedModel()
    for known, needed, weight in learnt:
        model.learn(known, needed, weight)
    need = with_waiting(model.score(post), minutes)
    assert 0 <= need.score <= 100
    assert need.score == sum(reason.points for reason in need.reasons)
    assert all(reason.text() for reason in need.reasons)


@settings(deadline=None, max_examples=40)
@given(facts, st.booleans(), st.floats(0.1, 5))
def test_a_step_never_goes_the_wrong_way(post: PostFacts, needed: bool, weight: float) -> None:
    model = NeedModel()
    before = model.probability(post)
    model.learn(post, needed, weight)
    after = model.probability(post)
    assert after >= before if needed else after <= before


def test_every_post_starts_from_the_same_figure_whatever_was_taught() -> None:
    model = NeedModel()
    for number in range(20):
        model.learn(PostFacts(text=f"Kettle {number}"), needed=True)
    for text in ("Kettle", "My kettle leaks, can I get a refund?", "Thanks"):
        need = model.score(PostFacts(text=text))
        assert need.reasons[0] == Reason("start", 17)
        assert points(need)[TAUGHT] > 0
        assert sum(reason.points for reason in need.reasons) == need.score
    assert TAUGHT not in points(NeedModel().score(PostFacts(text="Kettle")))
