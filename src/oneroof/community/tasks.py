"""What the community does by the clock, and the jobs of its actions: the worker knows what is imported here."""

from oneroof.community.actions.attaching import drop_unused
from oneroof.community.actions.hearing import hand_unanswered_to_care
from oneroof.community.actions.indexing import embed, embed_soon, index_missing
from oneroof.community.actions.inviting import send_invitation
from oneroof.community.actions.looking import (
    look_at_helpfulness,
    look_at_links,
    look_at_the_clock,
    look_at_versions,
)
from oneroof.community.actions.old_accounts import send_account_claim
from oneroof.core.by_the_clock import by_the_clock

__all__ = [
    "embed",
    "index_rest",
    "look_for_dead_links",
    "look_for_stale",
    "look_for_unanswered",
    "send_account_claim",
    "send_invitation",
    "tidy_files",
]


@by_the_clock("*/5 * * * *", name="oneroof.community.look_for_unanswered", queue="care")
def look_for_unanswered() -> None:
    """Questions that waited too long go to the inbox."""
    hand_unanswered_to_care()


@by_the_clock("*/2 * * * *", name="oneroof.community.index_rest", queue="community")
def index_rest() -> None:
    """What came by an import is made findable, some at a time."""
    if index_missing():
        embed_soon()


@by_the_clock("7 * * * *", name="oneroof.community.look_for_stale", queue="community")
def look_for_stale() -> None:
    """Articles whose review is due, that help less, or whose product has a later version."""
    look_at_the_clock()
    look_at_helpfulness()
    look_at_versions()


@by_the_clock("*/15 * * * *", name="oneroof.community.look_for_dead_links", queue="community")
def look_for_dead_links() -> None:
    """Some links of articles, each once a week."""
    look_at_links()


@by_the_clock("41 3 * * *", name="oneroof.community.tidy_files", queue="community")
def tidy_files() -> None:
    """Files that were sent and never used go."""
    drop_unused()
