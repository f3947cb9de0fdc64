"""People over HTTP: found by handle or name, and one by number."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from oneroof.accounts.bearer import bearer
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import LIMIT, MOST
from oneroof.customers import queries
from oneroof.customers.schemas import PeopleOut, PersonOut

router = Router(tags=["customers"])


@router.get("/people", auth=bearer(Permission.HEAR), response=PeopleOut)
def people(
    request: HttpRequest,
    handle: str = "",
    network: str = "",
    q: str = "",
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST)] = LIMIT,
) -> PeopleOut:
    """Whom we met last first. ``handle`` is a whole one, in any case; ``q`` the beginning of names or handles."""
    if handle:
        page = queries.people_with_handle(handle, network, cursor, limit)
    else:
        page = queries.people_page(q, cursor, limit)
    return PeopleOut(items=[PersonOut.of(person) for person in page.rows], next=page.next)


@router.get("/people/{int:person_id}", auth=bearer(Permission.HEAR), response=PersonOut)
def person(request: HttpRequest, person_id: int) -> PersonOut:
    """One person with their identities."""
    return PersonOut.of(queries.person(person_id))
