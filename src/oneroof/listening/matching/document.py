"""What of a post a watch can ask about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """`text` is what a reader sees, without markup. A count that is not known satisfies no comparison."""

    text: str
    author_handle: str = ""
    source: str = ""
    """The source's name; `source:` compares it folded."""
    source_id: int | None = None
    """`source:12` compares this."""
    lang: str = ""
    """A language code in small letters; empty where it is not known, which `lang:unknown` finds."""
    has_link: bool = False
    has_image: bool = False
    has_question: bool = False
    followers: int | None = None
    reposts: int | None = None
