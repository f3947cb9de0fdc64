import pytest

from oneroof.listening.need import PostFacts, Risk, RiskLimits, risk


def codes(found: Risk | None) -> list[str]:
    return [reason.code for reason in found.reasons] if found else []


def test_an_unhappy_author_with_reach_is_a_risk_and_the_reason_says_why() -> None:
    found = risk(PostFacts(text="Worst kettle ever", feeling=-0.6, followers=25_000))
    assert codes(found) == ["detractor_with_reach"]
    assert found is not None
    assert found.reasons[0].text() == "an unhappy author with 25000 followers"


@pytest.mark.parametrize(
    "harmless",
    [
        PostFacts(text="Worst kettle ever", feeling=-0.6, followers=200),
        PostFacts(text="Best kettle ever", feeling=0.6, followers=25_000),
        PostFacts(text="Worst kettle ever", feeling=-0.6),
        PostFacts(text="We are sorry, that is terrible", feeling=-0.6, followers=25_000, is_ours=True),
    ],
)
def test_few_hearers_or_a_happy_author_are_none(harmless: PostFacts) -> None:
    assert risk(harmless) is None


def test_where_feeling_is_unknown_words_of_trouble_count() -> None:
    unhappy = PostFacts(text="Der Wasserkocher ist kaputt, niemand antwortet", lang="de", followers=50_000)
    happy = PostFacts(text="Der Wasserkocher ist da", lang="de", followers=50_000)
    assert codes(risk(unhappy)) == ["detractor_with_reach"]
    assert risk(happy) is None


def test_spreading_fast_is_measured_against_the_source() -> None:
    post = PostFacts(text="Look at this kettle", reposts=60)
    assert codes(risk(post, age_minutes=120, usual_shares_per_hour=2)) == ["spreading_fast"]
    assert risk(post, age_minutes=120, usual_shares_per_hour=20) is None
    assert risk(post, age_minutes=60 * 24) is None


def test_what_is_usual_is_not_told_where_nobody_knows_it() -> None:
    found = risk(PostFacts(text="Look at this kettle", reposts=60), age_minutes=120)
    assert found
    assert [reason.text() for reason in found.reasons] == ["shared 30 times an hour"]


def test_limits_are_settings() -> None:
    post = PostFacts(text="Meh", feeling=-0.1, followers=500)
    assert codes(risk(post, limits=RiskLimits(unhappy=-0.05, followers=100))) == ["detractor_with_reach"]
