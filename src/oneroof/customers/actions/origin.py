"""Referral codes are made, followed and named; what brought a person is noted."""

import hashlib
import re
import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.customers.models import Person, ReferralCode, ReferralVisit, Touch, Way

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]", re.ASCII)


class OriginError(OneroofError):
    """Nothing was made or noted, and why."""


def is_of_this_site(target: str) -> bool:
    """A path and nothing else: no other host, no scheme, no way round either."""
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


@transaction.atomic
def make_code(
    actor: User, *, code: str, label: str, target: str, owner_id: int | None = None
) -> ReferralCode:
    """Without a code one is drawn. Raises OriginError, Person.DoesNotExist."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    code = code.strip().casefold() or secrets.token_hex(4)
    if not CODE.fullmatch(code):
        raise OriginError(_("A code has 3 to 40 letters, digits and hyphens."))
    if not is_of_this_site(target or "/"):
        raise OriginError(_("A link leads to a page of this site: write a path such as /q/."))
    owner = Person.objects.get(pk=owner_id) if owner_id else None
    try:
        with transaction.atomic():
            made = ReferralCode.objects.create(
                code=code, label=label[:120], target=target or "/", owner=owner
            )
    except IntegrityError as error:
        raise OriginError(_("There is a code “%(code)s” already.") % {"code": code}) from error
    audit.record(actor, "referral.made", on=made, after={"target": made.target})
    return made


@transaction.atomic
def switch_code(actor: User, code_id: int, *, is_on: bool) -> ReferralCode:
    """Raises ReferralCode.DoesNotExist."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    code = ReferralCode.objects.select_for_update().get(pk=code_id)
    if code.is_on != is_on:
        code.is_on = is_on
        code.save(update_fields=["is_on"])
        audit.record(actor, "referral.switched", on=code, after={"on": is_on})
    return code


def follow_code(code: str, visitor: str) -> str:
    """Where it leads; the visit is counted once a visitor and day. Raises ReferralCode.DoesNotExist."""
    found = ReferralCode.objects.get(code=code.casefold(), is_on=True)
    day = timezone.localdate(clock.now())
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{day}:{visitor}".encode()).hexdigest()[:32]
    ReferralVisit.objects.bulk_create(
        [ReferralVisit(code=found, day=day, visitor=digest)], ignore_conflicts=True
    )
    return found.target if is_of_this_site(found.target) else "/"


@transaction.atomic
def note_touch(
    actor: User, person_id: int, way: str, *, code: str = "", source: str = "", at: datetime | None = None
) -> Touch:
    """A colleague was told what brought them. Raises OriginError, Person.DoesNotExist."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    whole = Person.objects.get(pk=person_id).whole_id
    touch = take_touch(whole, way, code=code, source=source, at=at)
    audit.record(actor, "person.origin_noted", on=touch.person, name=f"#{whole}", after={"way": touch.way})
    return touch


@transaction.atomic
def take_touch(
    person_id: int, way: str, *, code: str = "", source: str = "", at: datetime | None = None
) -> Touch:
    """What a person said themselves brought them, in a survey or a form of a room above. A code says more than a
    way: whose it is decides between referral and campaign. The same again is the same row. Raises OriginError."""
    named = ReferralCode.objects.filter(code=code.strip().casefold()).first() if code.strip() else None
    if code.strip() and named is None:
        raise OriginError(_("There is no code “%(code)s”.") % {"code": code.strip()})
    if named and named.owner_id and Person.objects.of(person_id).filter(pk=named.owner_id).exists():
        raise OriginError(_("Nobody refers themselves."))
    way = named.way if named else way
    if way not in Way.values:
        raise OriginError(_("Say what brought them."))
    touch, _new = Touch.objects.get_or_create(
        person_id=person_id, way=way, at=at or clock.now(), defaults={"code": named, "source": source[:200]}
    )
    return touch
