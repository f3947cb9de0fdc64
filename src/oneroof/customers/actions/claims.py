"""What the company's books say of who is who: addresses and handles that a customer's record names."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from oneroof.core import clock
from oneroof.customers.actions.linking import Claim, note_claims
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.models import Customer, Evidence, Identity, StatedHandle
from oneroof.customers.rules import email_strength, stated_strength
from oneroof.text.tokens import fold_handle

MAIL = "email"
type Place = tuple[str, str]
"""Network and folded handle."""


def conclude(customer_ids: Iterable[int]) -> int:
    """Join these customers with the handles that their records name, as far as the records agree."""
    stated = StatedHandle.objects.filter(customer__in=customer_ids).values_list("network", "handle_folded")
    places = set(stated)
    found: dict[Place, list[StatedHandle]] = {}
    for network in {network for network, _handle in places}:
        handles = [handle for place, handle in places if place == network]
        rows = StatedHandle.objects.filter(network=network, handle_folded__in=handles).select_related(
            "customer"
        )
        for row in rows.order_by("pk"):
            found.setdefault((network, row.handle_folded), []).append(row)
    born = _met(found)
    return note_claims(claim for place, rows in found.items() for claim in _claims(rows, born[place]))


def _claims(rows: Sequence[StatedHandle], born: int) -> Iterable[Claim]:
    """Everybody who names a handle, each as sure as it is theirs."""
    for row in rows:
        is_mail = row.network == MAIL
        sure = email_strength(row.handle, len(rows)) if is_mail else stated_strength(len(rows))
        told = {"network": row.network, "handle": row.handle, "customers": len(rows)}
        evidence = Evidence.EMAIL if is_mail else Evidence.STATED
        yield Claim(row.customer.person_id, born, evidence, sure, told)


def _met(found: Mapping[Place, Sequence[StatedHandle]]) -> dict[Place, int]:
    """Whose each handle was when it was met first: now, where nobody has heard from it."""
    for network in Counter(network for network, _handle in found):
        known = set(
            Identity.objects.filter(
                network=network, handle_folded__in=[handle for place, handle in found if place == network]
            ).values_list("handle_folded", flat=True)
        )
        recognise_authors(
            network,
            [
                Author(rows[0].handle, handle, "", None, None, clock.now())
                for (place, handle), rows in found.items()
                if place == network and handle not in known
            ],
        )
    rows = Identity.objects.filter(handle_folded__in=[handle for _network, handle in found])
    return {
        (network, handle): born
        for network, handle, born in rows.values_list("network", "handle_folded", "born")
    }


def state_handles(customer: Customer, handles: Iterable[tuple[str, str]]) -> None:
    """What a record names now takes the place of what it named before; its address is one of them."""
    named = {(MAIL, customer.email)} if customer.email else set()
    named |= set(handles)
    wanted = {(network, fold_handle(handle)): handle for network, handle in named}
    held = StatedHandle.objects.filter(customer=customer)
    for row in held:
        if wanted.pop((row.network, row.handle_folded), None) is None:
            row.delete()
    StatedHandle.objects.bulk_create(
        StatedHandle(customer=customer, network=network, handle=handle, handle_folded=folded)
        for (network, folded), handle in wanted.items()
    )
