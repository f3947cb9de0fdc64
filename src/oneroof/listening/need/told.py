"""What is told of a post's need by its own words, found out once, and in any process."""

from array import array
from typing import NamedTuple

from oneroof.listening.need.facts import PostFacts
from oneroof.listening.need.plain import Own, own_features
from oneroof.listening.need.words import Words, buckets, names


class Told(NamedTuple):
    """Small, for it crosses from process to process: `places` are the buckets of `names()`, as unsigned ints."""

    own: Own
    single: str
    handles: str
    places: bytes

    def names(self) -> list[str]:
        return names(self.single.split(), self.handles.split())


def told_by(facts: PostFacts, words: Words) -> Told:
    """`words` are the text's; of the facts only what `own_features` looks at need be known."""
    return Told(
        own_features(facts, words),
        " ".join(words.single),
        " ".join(words.handles),
        array("I", buckets(words.single, words.handles)).tobytes(),
    )
