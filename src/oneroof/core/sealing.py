"""What must not be read in the database: encrypted with a key made of the installation's own."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from oneroof.core.errors import OneroofError


class SecretsLostError(OneroofError):
    """The key under the home is not the one with which the secrets were encrypted."""


def derived_key(purpose: str, length: int = 32) -> bytes:
    """Bytes that follow from the signing key: the same each time, others for each purpose."""
    return HKDF(SHA256(), length, salt=None, info=purpose.encode()).derive(settings.SECRET_KEY.encode())


def seal(secrets: Mapping[str, Any], purpose: str) -> bytes:
    """``secrets`` is what JSON can hold."""
    return _box(purpose).encrypt(json.dumps(dict(secrets)).encode())


def unseal(sealed: bytes | memoryview | None, purpose: str) -> dict[str, Any]:
    """Empty where nothing was sealed. Raises SecretsLostError."""
    if not sealed:
        return {}
    try:
        opened: dict[str, Any] = json.loads(_box(purpose).decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise SecretsLostError("The secrets can't be read: enter them again.") from error
    return opened


def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(purpose)))
