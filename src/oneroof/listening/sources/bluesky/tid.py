"""Record keys: thirteen characters that sort by time (atproto.com/specs/tid), made of what never changes."""

from datetime import datetime
from hashlib import sha256

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
CHARACTERS = 13
SPREAD = 31
CLOCK = 10


def tid_of(key: str, moment: datetime) -> str:
    """The same for the same reply at every attempt: near the moment of what is answered, told apart by the key."""
    chosen = int.from_bytes(sha256(key.encode()).digest()[:8])
    micros = int(moment.timestamp() * 1_000_000) + (chosen & ((1 << SPREAD) - 1))
    number = ((micros << CLOCK) | (chosen >> SPREAD & ((1 << CLOCK) - 1))) & ((1 << 63) - 1)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CHARACTERS)))
