"""Tokens and links: a long random secret that is shown once, of which only the SHA-256 is kept.

A hash without salt or stretching is enough here: the secret itself carries 256 bits (OWASP, Password Storage
Cheat Sheet: stretching protects what people choose, not what a generator makes).
"""

import hashlib
import secrets

TOKEN_PREFIX = "or_"  # noqa: S105  lets a scanner for leaked secrets know ours


def new_secret() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
