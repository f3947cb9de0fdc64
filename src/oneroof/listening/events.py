"""What happened in listening, told to the rooms above; ids are those of PostKey and Post."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PostsReceived:
    """New posts of one source are stored, with everything they matched. At most 1,000 a event."""

    source_id: int
    post_ids: list[int]


@dataclass(frozen=True)
class PostsChanged:
    """Their text was edited at the source, or is gone there."""

    source_id: int
    post_ids: list[int]


@dataclass(frozen=True)
class ThreadsMerged:
    """A parent came after its child: what was the thread ``old`` is now part of ``new``."""

    source_id: int
    pairs: list[tuple[int, int]]
