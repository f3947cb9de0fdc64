"""What a source must not show: kept encrypted, with a key made of the installation's own."""

from collections.abc import Mapping
from typing import Any

from oneroof.core.sealing import SecretsLostError, seal, unseal
from oneroof.listening.models import Source

__all__ = ["SecretsLostError", "open_secrets", "seal_secrets", "settings_of"]

PURPOSE = "oneroof source secrets"


def seal_secrets(secrets: Mapping[str, Any]) -> bytes:
    """For ``Source.secret``."""
    return seal(secrets, PURPOSE)


def open_secrets(sealed: bytes | memoryview | None) -> dict[str, Any]:
    """Raises SecretsLostError."""
    return unseal(sealed, PURPOSE)


def settings_of(source: Source) -> dict[str, Any]:
    """A source's settings, its secrets among them: for the network's functions and for nobody's eyes."""
    return {**source.settings, **open_secrets(source.secret), **open_secrets(source.renewed)}
