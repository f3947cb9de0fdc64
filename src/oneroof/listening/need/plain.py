"""Plain features of a post, each with a name that a person understands."""

import re
from math import log10
from typing import NamedTuple

from oneroof.listening.need import lexicon
from oneroof.listening.need.facts import PostFacts
from oneroof.listening.need.words import LONGEST, Words

Features = dict[str, float]

FEW_FOLLOWERS = 1_000
MANY_FOLLOWERS = 1_000_000
SHORT = 5
LONG = 20
MANY_HASHTAGS = 4
SHOUTED_SHARE = 0.5
SHOUTED_LETTERS = 12
SPAMMY_SIGNS = 2
EXPECTED_AGAIN = 5

_HASHTAG = re.compile(r"[#＃]\w")
_CAPITAL = re.compile(r"[A-Z]")


class Own(NamedTuple):
    """What a post's own words tell, wherever it stands. `closes`: it would be a last word after an answer."""

    features: Features
    closes: bool


def features(facts: PostFacts, words: Words) -> Features:
    """Only what is present: a missing name means 0. Values lie between 0 and 1."""
    return features_in_place(facts, own_features(facts, words))


def own_features(facts: PostFacts, words: Words) -> Own:
    """Of the facts only text, language, feeling, kind, link and image are looked at."""
    japanese = words.plain if facts.lang == "ja" else ""
    found = _of_the_words(facts, words, japanese)
    found |= _of_the_mood(facts, words, japanese)
    found["grateful"] = found["grateful"] and not _wants_more(found)
    return Own(_present(found), _closes(found))


def features_in_place(facts: PostFacts, own: Own) -> Features:
    """The features of a post whose words have been looked at already."""
    found = _of_the_thread(facts)
    found |= own.features
    found["thanks_after_answer"] = facts.thread_answered_by_us and own.closes
    found["reach"] = _reach(facts.followers)
    return _present(found)


def _present(found: Features) -> Features:
    return {name: float(value) for name, value in found.items() if value}


def asks_something(words: Words, lang: str | None) -> bool:
    """A question mark, or the way a question begins in the languages of `lexicon`."""
    if "?" in words.plain or "¿" in words.plain:
        return True
    if lang == "ja":
        return bool(lexicon.JAPANESE_QUESTION.search(words.plain))
    begins = words.single[0] in lexicon.QUESTION_STARTS if words.single else False
    return begins or not lexicon.QUESTIONS.isdisjoint(words.pairs)


def looks_like_spam(facts: PostFacts, words: Words) -> bool:
    """Two signs at once: words of promotion, a link, a row of hashtags; never for a question."""
    promotes = len(words.said & lexicon.PROMOTION)
    if facts.lang == "ja":
        promotes += len(lexicon.JAPANESE_PROMOTION.findall(words.plain))
    hashtags = len(_HASHTAG.findall(facts.text[:LONGEST]))
    signs = min(promotes, 2) + facts.has_link + (hashtags >= MANY_HASHTAGS)
    return signs > SPAMMY_SIGNS or (signs == SPAMMY_SIGNS and bool(promotes) and "?" not in words.plain)


def _of_the_thread(facts: PostFacts) -> Features:
    return {
        "addressed": facts.addressed_to_us,
        "answers_us": facts.answers_us,
        "answers_another": facts.is_reply and not facts.answers_us,
        "thread_answered": facts.thread_answered_by_us,
        "author_again": min(facts.author_posts_7d, EXPECTED_AGAIN) / EXPECTED_AGAIN,
        "copy": facts.is_near_copy or facts.text.startswith("RT @"),
    }


def _of_the_words(facts: PostFacts, words: Words, japanese: str) -> Features:
    count = len(words.single)
    return {
        "asks": facts.kind == "question" or asks_something(words, facts.lang),
        "requests": _says(words.said, _requests(words), lexicon.JAPANESE_REQUEST, japanese) > 0,
        "short": count <= SHORT,
        "long": min(count / LONG, 1.0),
        "shouts": _shouts(words.plain),
        "link": facts.has_link,
        "image": facts.has_image,
        "spammy": looks_like_spam(facts, words),
    }


def _requests(words: Words) -> frozenset[str]:
    """Who gives thanks for help has had it."""
    thanks_for = not lexicon.THANKS_FOR.isdisjoint(words.pairs)
    return lexicon.REQUESTS - lexicon.RECEIVED if thanks_for else lexicon.REQUESTS


def _of_the_mood(facts: PostFacts, words: Words, japanese: str) -> Features:
    feeling = facts.feeling or 0.0
    trouble = _says(words.said, lexicon.TROUBLE, lexicon.JAPANESE_TROUBLE, japanese)
    praise = _says(words.said, lexicon.PRAISE, lexicon.JAPANESE_PRAISE, japanese)
    settled = _says(words.said, lexicon.SETTLED, lexicon.JAPANESE_SETTLED, japanese) > 0
    ironic = bool(trouble and praise and not settled) or not lexicon.SARCASM.isdisjoint(words.pairs)
    thanks = _says(words.said, lexicon.GRATITUDE, lexicon.JAPANESE_GRATITUDE, japanese) > 0
    return {
        "negative": max(0.0, -feeling),
        "positive": max(0.0, feeling),
        "trouble": min(trouble, 3) / 3,
        "praise": praise > 0 and not ironic,
        "ironic": ironic,
        "grateful": thanks and not ironic and (settled or not trouble),
        "danger": _says(words.said, lexicon.DANGER, lexicon.JAPANESE_DANGER, japanese) > 0,
        "authority": _says(words.said, lexicon.AUTHORITY, lexicon.JAPANESE_AUTHORITY, japanese) > 0,
    }


def _wants_more(found: Features) -> bool:
    """Thanks in advance, or beside something that has to be looked at."""
    return any(found[name] for name in ("asks", "requests", "danger", "authority"))


def _closes(found: Features) -> bool:
    if found["ironic"] or _wants_more(found):
        return False
    return bool(found["grateful"] or (not found["trouble"] and (found["praise"] or found["short"])))


def _says(
    said: frozenset[str], sought: frozenset[str], sought_japanese: re.Pattern[str], japanese: str
) -> int:
    return len(said & sought) + (len(sought_japanese.findall(japanese)) if japanese else 0)


def _shouts(plain: str) -> bool:
    if "!!" in plain:
        return True
    if plain.islower():
        return False
    capitals = len(_CAPITAL.findall(plain)) if plain.isascii() else sum(map(str.isupper, plain))
    return capitals >= SHOUTED_LETTERS and capitals >= SHOUTED_SHARE * len(plain)


def _reach(followers: int | None) -> float:
    """0 up to a thousand followers, 1 from a million on."""
    if not followers or followers <= FEW_FOLLOWERS:
        return 0.0
    return min(log10(followers / FEW_FOLLOWERS) / log10(MANY_FOLLOWERS / FEW_FOLLOWERS), 1.0)
