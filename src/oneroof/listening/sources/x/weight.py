"""How much a post of X weighs: docs.x.com/fundamentals/counting-characters (twitter-text, version 3). Pure."""

import re
from unicodedata import normalize

from wcwidth import iter_graphemes

from oneroof.listening.sources.base import Length

LIMIT = 280
LINK_WEIGHT = 23
LINK = re.compile(r"\bhttps?://\S*[^\s.,;:!?)'\"]", re.IGNORECASE)
LIGHT = (range(4_352), range(8_192, 8_206), range(8_208, 8_224), range(8_242, 8_248))
EMOJI = re.compile("[\u00a9\u00ae\u20e3\ufe0f\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]")
"""A cluster with one of these is one emoji, whatever it is put together of."""


def weighed(text: str) -> int:
    """Links weigh 23, an emoji 2, signs of most scripts 2, Latin and its kin 1."""
    rest, links = LINK.subn("", text)
    return LINK_WEIGHT * links + sum(_weight_of(each) for each in iter_graphemes(normalize("NFC", rest)))


def _weight_of(cluster: str) -> int:
    if EMOJI.search(cluster):
        return 2
    return sum(1 if any(ord(sign) in light for light in LIGHT) else 2 for sign in cluster)


LENGTH = Length(limit=LIMIT, count=weighed, unit="x")
