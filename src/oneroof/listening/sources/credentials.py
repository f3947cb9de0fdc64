"""What may be shown of a credential: a mark that tells two apart, and tells nothing else."""

import hashlib


def mark_of(credential: str) -> str:
    """``anonymous`` where there is none."""
    return hashlib.sha256(f"oneroof:{credential}".encode()).hexdigest()[:12] if credential else "anonymous"
