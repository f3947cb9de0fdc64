"""The hand-set weights: how much each plain feature says, before anyone has claimed or dismissed a post.

Log-odds. They state what a lead would say of a post ("a question to us wants an answer, a thank-you does
not"), and they are where the learner starts from, so a fresh installation ranks sensibly.
"""

from math import exp

from oneroof.listening.need.plain import Features

START = -1.6
WEIGHTS: dict[str, float] = {
    "addressed": 0.9,
    "answers_us": 0.0,
    "answers_another": -0.9,
    "thread_answered": -1.2,
    "author_again": 0.3,
    "copy": -0.8,
    "asks": 1.2,
    "requests": 0.8,
    "short": -0.5,
    "long": 0.6,
    "shouts": 0.3,
    "link": -0.4,
    "image": 0.0,
    "spammy": -2.5,
    "negative": 1.2,
    "positive": -0.9,
    "trouble": 1.5,
    "praise": -0.9,
    "ironic": 0.5,
    "grateful": -1.2,
    "thanks_after_answer": -1.2,
    "danger": 2.5,
    "authority": 2.5,
    "reach": 0.8,
}


def rules_score(features: Features) -> float:
    """0 to 1."""
    return sigmoid(START + sum(WEIGHTS[name] * value for name, value in features.items()))


def sigmoid(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds)) if log_odds >= 0 else exp(log_odds) / (1 + exp(log_odds))
