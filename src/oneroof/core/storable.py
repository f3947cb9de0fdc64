"""Text that the database can hold."""

import re
from typing import Annotated

from pydantic import AfterValidator

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with what PostgreSQL cannot keep (NUL, half a surrogate pair) shown as �."""
    if text.isascii() and "\0" not in text:
        return text
    return UNSTORABLE.sub("\ufffd", text)


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("A text holds no NUL and no half of a surrogate pair.")
    return text


type StorableText = Annotated[str, AfterValidator(_storable)]
