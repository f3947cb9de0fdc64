"""How much a post needs an answer, and whether it is a risk: pure decisions, with their reasons."""

from oneroof.listening.need.facts import PostFacts
from oneroof.listening.need.model import NeedModel
from oneroof.listening.need.plain import Features, asks_something, features, looks_like_spam
from oneroof.listening.need.reasons import TEMPLATES, Need, Reason, automatic, with_waiting
from oneroof.listening.need.risks import Risk, RiskLimits, RiskReason, risk
from oneroof.listening.need.rules import rules_score
from oneroof.listening.need.told import Told, told_by
from oneroof.listening.need.words import Words, read_words

__all__ = [
    "TEMPLATES",
    "Features",
    "Need",
    "NeedModel",
    "PostFacts",
    "Reason",
    "Risk",
    "RiskLimits",
    "RiskReason",
    "Told",
    "Words",
    "asks_something",
    "automatic",
    "features",
    "looks_like_spam",
    "read_words",
    "risk",
    "rules_score",
    "told_by",
    "with_waiting",
]
