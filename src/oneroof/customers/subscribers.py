"""What customers does when something happened here."""

from oneroof.core.events import subscribe
from oneroof.customers.actions.crm_noting import note_people_changed
from oneroof.customers.events import PeopleRegrouped


@subscribe(PeopleRegrouped)
def on_regrouped(event: PeopleRegrouped) -> None:
    """CRMs that know one of them learn by which handles else they are known."""
    note_people_changed(event.person_ids)
