"""A score with what made it: points that add up to it exactly.

The score is 100 times a probability. Each sign's share of the way from the starting score is its log-odds
times the mean slope of the logistic curve along that way (integrated gradients, Sundararajan et al. 2017), so
a share depends on no order and has the sign of its weight. Shares are rounded; what is left is a reason too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf, log

from oneroof.listening.need.lexicon import COMMON
from oneroof.listening.need.plain import Features
from oneroof.listening.need.rules import START, sigmoid
from oneroof.text.marking import noop

MOST_FEATURES = 6
MOST_WORDS = 3
WAITING_PER_HOUR = 0.05
LONGEST_WAIT = 2.0

# By code, in English; the page translates them and adds the points.
TEMPLATES: dict[str, str] = {
    "start": noop("what any post starts from"),
    "taught": noop("what the team’s claims and dismissals taught of posts in general"),
    "addressed": noop("is addressed to us"),
    "answers_us": noop("answers one of our replies"),
    "answers_another": noop("answers someone else"),
    "thread_answered": noop("we have answered in this thread"),
    "author_again": noop("the author wrote before in the last days"),
    "copy": noop("repeats another post"),
    "asks": noop("asks a question"),
    "requests": noop("asks for help"),
    "short": noop("is very short"),
    "long": noop("says more than a few words"),
    "shouts": noop("shouts"),
    "link": noop("carries a link"),
    "image": noop("carries an image"),
    "spammy": noop("looks like spam"),
    "negative": noop("sounds unhappy"),
    "positive": noop("sounds happy"),
    "trouble": noop("tells of trouble"),
    "praise": noop("praises or thanks"),
    "ironic": noop("praise that may be irony"),
    "grateful": noop("says thank you"),
    "danger": noop("tells of danger or harm"),
    "authority": noop("speaks of the law or an authority"),
    "thanks_after_answer": noop("a last word after our answer"),
    "reach": noop("has many followers"),
    "word": noop("says “%(word)s”"),
    "rest": noop("everything else"),
    "waiting": noop("has waited %(minutes)d minutes"),
    "ours": noop("is our own post"),
    "automatic": noop("was written by a machine"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    points: int
    params: dict[str, str | int] = field(default_factory=dict)

    def text(self) -> str:
        """In English; a page translates TEMPLATES[code] and fills in `params`."""
        return TEMPLATES[self.code] % self.params


@dataclass(frozen=True, slots=True)
class Need:
    """`score` is 0 to 100 and the sum of all the reasons' points."""

    score: int
    reasons: tuple[Reason, ...]


def ours() -> Need:
    return Need(0, (Reason("ours", 0),))


def automatic() -> Need:
    return Need(0, (Reason("automatic", 0),))


def explain(features: Features, words: list[str], log_odds: list[float]) -> Need:
    """`log_odds` holds the start's, then each feature's, then each word's, in order.

    Every post starts from the rules' start; how far the learnt one lies from it is a reason of its own.
    """
    total = sum(log_odds)
    score = round(100 * sigmoid(total))
    slope = 100 * _mean_slope(START, total)
    first = 1 + len(features)
    taught = round(slope * (log_odds[0] - START))
    told = _largest(zip(features, log_odds[1:first], strict=True), slope, MOST_FEATURES)
    said = _largest(zip(words, log_odds[first:], strict=True), slope, MOST_WORDS, COMMON)
    reasons = [Reason("start", round(100 * sigmoid(START)))]
    reasons += [Reason("taught", taught)] if taught else []
    reasons += [Reason(name, points) for points, name in told]
    reasons += [Reason("word", points, {"word": word}) for points, word in said]
    rest = score - sum(reason.points for reason in reasons)
    return Need(score, (*reasons, Reason("rest", rest)) if rest else tuple(reasons))


def with_waiting(need: Need, minutes: float) -> Need:
    """The score at display time: each hour of waiting adds to the log-odds, up to a limit. 0 stays 0."""
    if minutes <= 0 or not 0 < need.score < 100:
        return need
    added = min(WAITING_PER_HOUR * minutes / 60, LONGEST_WAIT)
    score = round(100 * sigmoid(log(need.score / (100 - need.score)) + added))
    if score == need.score:
        return need
    waited = Reason("waiting", score - need.score, {"minutes": int(minutes)})
    return replace(need, score=score, reasons=(*need.reasons, waited))


def _mean_slope(start: float, total: float) -> float:
    way = total - start
    if abs(way) < 1e-6:
        return sigmoid(start) * (1 - sigmoid(start))
    return (sigmoid(total) - sigmoid(start)) / way


def _largest(
    shares: Iterable[tuple[str, float]], slope: float, most: int, unsaid: frozenset[str] = frozenset()
) -> list[tuple[int, str]]:
    least = 0.5 / slope if slope > 0 else inf
    seen = [(round(slope * share), name) for name, share in shares if share > least or share < -least]
    return sorted((told for told in seen if told[1] not in unsaid), key=_by_size)[:most]


def _by_size(told: tuple[int, str]) -> int:
    return -abs(told[0])
