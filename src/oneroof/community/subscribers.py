"""What follows from what happens in the community."""

from oneroof.community.actions.hearing import hear
from oneroof.community.events import EntryEdited, EntryPublished, EntryWithdrawn
from oneroof.core.events import subscribe


@subscribe(EntryPublished)
def on_published(event: EntryPublished) -> None:
    hear(event.entry_id)


@subscribe(EntryEdited)
def on_edited(event: EntryEdited) -> None:
    hear(event.entry_id)


@subscribe(EntryWithdrawn)
def on_withdrawn(event: EntryWithdrawn) -> None:
    hear(event.entry_id)
