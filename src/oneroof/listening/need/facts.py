"""What is known of a post at the moment it arrives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """All but the text may be unknown. Nothing here may come from after the post was heard."""

    text: str
    lang: str | None = None
    feeling: float | None = None
    addressed_to_us: bool = False
    is_reply: bool = False
    answers_us: bool = False  # the parent is one of our replies
    thread_answered_by_us: bool = False
    is_ours: bool = False
    followers: int | None = None
    reposts: int = 0
    likes: int = 0
    author_posts_7d: int = 0  # earlier posts of this author in seven days, this one not counted
    has_link: bool = False
    has_image: bool = False
    is_near_copy: bool = False
    kind: str = ""
