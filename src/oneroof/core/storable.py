"""Text that the database can hold, as a type of the API's bodies."""

from typing import Annotated

from pydantic import AfterValidator


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("A text holds no NUL and no half of a surrogate pair.")
    return text


type StorableText = Annotated[str, AfterValidator(_storable)]
