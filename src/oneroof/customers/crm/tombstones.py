"""Whose records are not taken any more, since they were erased here."""

import hmac
from hashlib import sha256

from oneroof.core.sealing import derived_key
from oneroof.customers.models import CrmErased, CrmSync

PURPOSE = "oneroof crm tombstones"


def digest_of(sync: CrmSync, external_id: str) -> str:
    return hmac.new(derived_key(PURPOSE), f"{sync.pk}:{external_id}".encode(), sha256).hexdigest()


def is_erased(sync: CrmSync, external_id: str) -> bool:
    return CrmErased.objects.filter(sync=sync, digest=digest_of(sync, external_id)).exists()
