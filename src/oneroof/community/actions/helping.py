"""Whether an article helped: a member's word is a vote, a visitor's a row that leads to nobody."""

from oneroof.accounts.models import User
from oneroof.community.actions.seeking import digest_of
from oneroof.community.actions.voting import vote
from oneroof.community.models import Entry, Helped, Kind, Vote
from oneroof.core import clock


def say_helped(reader: User | None, entry_id: int, *, is_helpful: bool, visitor: str) -> None:
    """Once a member, or once a visitor and day; the last word counts. Raises Entry.DoesNotExist."""
    if reader is not None:
        vote(reader, entry_id, Vote.What.UP if is_helpful else Vote.What.DOWN)
        return
    entry = Entry.objects.visible_to(None).get(pk=entry_id, kind=Kind.ARTICLE)
    day = clock.now().date()
    Helped.objects.update_or_create(
        entry=entry,
        day=day,
        visitor=digest_of(visitor, day),
        defaults={"is_helpful": is_helpful, "at": clock.now()},
    )
