"""By what a CRM signs what comes, and by what we sign what goes: two, so nothing of ours comes back as theirs."""

from dataclasses import asdict, dataclass

from oneroof.core.sealing import seal, unseal
from oneroof.core.webhooks import new_secret
from oneroof.customers.models import CrmSync

PURPOSE = "oneroof crm secrets"


@dataclass(frozen=True, slots=True)
class Secrets:
    theirs: str
    ours: str


def new_secrets() -> Secrets:
    return Secrets(new_secret(), new_secret())


def sealed(secrets: Secrets) -> bytes:
    return seal(asdict(secrets), PURPOSE)


def secrets_of(sync: CrmSync) -> Secrets:
    """For signing and for nobody's eyes. Raises SecretsLostError."""
    return Secrets(**unseal(sync.sealed, PURPOSE))
