"""People over HTTP: found by handle or name, and one by number."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from oneroof.accounts.access import open_to_all
from oneroof.accounts.bearer import bearer
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import LIMIT, MOST
from oneroof.core.problems import ProblemError
from oneroof.core.sealing import SecretsLostError
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.customers import queries
from oneroof.customers.actions.crm_taking import SIZE_LIMIT, take_message
from oneroof.customers.schemas import CrmInboxOut, PeopleOut, PersonOut

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


@router.post("/crm/{int:sync_id}/inbox", response=CrmInboxOut)
@open_to_all("the message's signature says whether it is believed")
def crm_inbox(request: HttpRequest, sync_id: int) -> CrmInboxOut:
    """Take one message of Standard Webhooks from a CRM, as ``docs/crm.md`` has it. One that was taken before is
    answered 200, and nothing is done.

    401 for a signature or a time that is not believed, 400 for what cannot be read, 413 for too much; 5xx asks
    the sender to come again.
    """
    if int(request.headers.get("Content-Length") or 0) > SIZE_LIMIT:
        raise ProblemError(413, "The message is too large", f"At most {SIZE_LIMIT:,} bytes are taken.")
    try:
        return CrmInboxOut.of(take_message(sync_id, request.headers, request.body))
    except ReceiptRefusedError as refusal:
        raise ProblemError(refusal.status, "The message is not taken", refusal.reason) from refusal
    except SecretsLostError as error:
        raise ProblemError(503, "The message cannot be checked now") from error
