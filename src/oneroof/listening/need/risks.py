"""Risk: a detractor whom many will hear, or a post that spreads faster than is usual where it was said."""

from dataclasses import dataclass

from oneroof.listening.need.facts import PostFacts
from oneroof.listening.need.plain import own_features
from oneroof.listening.need.told import Told
from oneroof.listening.need.words import read_words
from oneroof.text.marking import noop

TEMPLATES: dict[str, str] = {
    "detractor_with_reach": noop("an unhappy author with %(followers)d followers"),
    "spreading_fast": noop("shared %(per_hour).0f times an hour; usual here is %(usual).1f"),
    "spreading": noop("shared %(per_hour).0f times an hour"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """Settings of the installation; where the defaults come from is in docs/quality.md."""

    unhappy: float = -0.3
    followers: int = 10_000
    times_usual: float = 5.0
    shares_per_hour: float = 10.0
    youngest_hours: float = 0.25


@dataclass(frozen=True, slots=True)
class RiskReason:
    code: str
    params: dict[str, float]

    def text(self) -> str:
        return TEMPLATES[self.code] % self.params


@dataclass(frozen=True, slots=True)
class Risk:
    reasons: tuple[RiskReason, ...]


TELLABLE = 0.05
"""Shares an hour; what is less would read as 0.0."""

DEFAULT_LIMITS = RiskLimits()


def risk(
    facts: PostFacts,
    *,
    age_minutes: float = 0.0,
    usual_shares_per_hour: float = 0.0,
    limits: RiskLimits = DEFAULT_LIMITS,
    told: Told | None = None,
) -> Risk | None:
    """None where there is no risk. `usual_shares_per_hour` is the source's own (0: unknown).

    `told` is the text's, where one has it already.
    """
    if facts.is_ours:
        return None
    found = (_detractor(facts, limits, told), _spreading(facts, age_minutes, usual_shares_per_hour, limits))
    reasons = tuple(reason for reason in found if reason)
    return Risk(reasons) if reasons else None


def _detractor(facts: PostFacts, limits: RiskLimits, told: Told | None) -> RiskReason | None:
    if (facts.followers or 0) < limits.followers or not _is_unhappy(facts, limits.unhappy, told):
        return None
    return RiskReason("detractor_with_reach", {"followers": facts.followers or 0})


def _is_unhappy(facts: PostFacts, limit: float, told: Told | None) -> bool:
    """Where the feeling is unknown, words of trouble without praise stand in for it."""
    if facts.feeling is not None:
        return facts.feeling <= limit
    found = (told.own if told else own_features(facts, read_words(facts.text))).features
    return "trouble" in found and "praise" not in found


def _spreading(facts: PostFacts, age_minutes: float, usual: float, limits: RiskLimits) -> RiskReason | None:
    per_hour = facts.reposts / max(age_minutes / 60, limits.youngest_hours)
    if per_hour < max(limits.shares_per_hour, limits.times_usual * usual):
        return None
    if usual < TELLABLE:
        return RiskReason("spreading", {"per_hour": per_hour})
    return RiskReason("spreading_fast", {"per_hour": per_hour, "usual": usual})
