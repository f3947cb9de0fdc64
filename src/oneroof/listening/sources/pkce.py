"""Proof that who brings a code is who asked for it: RFC 7636."""

import base64
import hashlib
import secrets


def new_verifier() -> str:
    return secrets.token_urlsafe(64)


def challenge_of(verifier: str) -> str:
    """S256: section 4.2."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
