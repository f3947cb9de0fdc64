"""What a post carries besides its words: handles, addresses, tags, the mark of a repost."""

import re

# Of an e-mail address only what stands before the @ remains.
HANDLE = r"@\w+(?:[@.\-]\w+)*"
ADDRESS = r"(?:https?://|www\.|pic\.twitter\.com/)\S+"
ENTITY = r"&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});"
REPOST = r"^\s*RT(?=\s*@)"

_NOT_PROSE = re.compile(rf"{HANDLE}|{ADDRESS}|[#＃]\w+|{ENTITY}|{REPOST}|\bhttps?\b", re.IGNORECASE)
_NOT_OWN_WORDS = re.compile(rf"{HANDLE}:?|{ADDRESS}|{ENTITY}|{REPOST}", re.IGNORECASE)


def prose(text: str) -> str:
    """The text without handles, addresses and hashtags, which say nothing of its language."""
    return _NOT_PROSE.sub(" ", text)


def own_words(text: str) -> str:
    """The text as its author would have said it to anyone: hashtags stay, whom it is sent to goes."""
    return _NOT_OWN_WORDS.sub(" ", text)
