"""What a post carries besides its words: handles, addresses, tags, the mark of a repost."""

import re

# Of an e-mail address only what stands before the @ remains.
HANDLE = r"@\w+(?:[@.\-]\w+)*"
ADDRESS = r"(?:https?://|www\.|pic\.twitter\.com/)\S+"
ENTITY = r"&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});"
REPOST = r"^\s*RT(?=\s*@)"

_NOT_PROSE = re.compile(rf"{HANDLE}|{ADDRESS}|[#＃]\w+|{ENTITY}|{REPOST}|\bhttps?\b", re.IGNORECASE)
_NOT_OWN_WORDS = re.compile(rf"{HANDLE}:?|{ADDRESS}|{ENTITY}|{REPOST}", re.IGNORECASE)

_ADDRESS = re.compile(ADDRESS, re.IGNORECASE)


def prose(text: str) -> str:
    """The text without handles, addresses and hashtags, which say nothing of its language."""
    if not ("#" in text or "＃" in text or _may_be_noisy(text) or "http" in text.lower()):
        return text
    return _NOT_PROSE.sub(" ", text)


def own_words(text: str) -> str:
    """The text as its author would have said it to anyone: hashtags stay, whom it is sent to goes."""
    return _NOT_OWN_WORDS.sub(" ", text) if _may_be_noisy(text) else text


def has_address(text: str) -> bool:
    return _may_have_address(text) and bool(_ADDRESS.search(text))


def _may_be_noisy(text: str) -> bool:
    """Whether it is worth looking closely, sign by sign: no handle, entity or repost goes without these."""
    return "@" in text or "&" in text or _may_have_address(text)


def _may_have_address(text: str) -> bool:
    if "://" in text:
        return True
    if "." not in text:
        return False
    small = text.lower()
    return "www." in small or ".com/" in small
