"""The safe way out: addresses judged and pinned, everything bounded, certificates verified."""

from oneroof.core.http.addresses import origin_of
from oneroof.core.http.client import DEADLINE, MAX_BYTES, USER_AGENT, FetchedResponse, Gate, SafeClient
from oneroof.core.http.errors import (
    AddressRefusedError,
    ConnectionFailedError,
    FetchError,
    HeldBackError,
    TooLargeError,
    TooManyRedirectsError,
    TooSlowError,
    UnreadableAnswerError,
)
from oneroof.core.http.lines import Lines
from oneroof.core.http.verdicts import Verdict, told_to_wait, verdict

__all__ = [
    "DEADLINE",
    "MAX_BYTES",
    "USER_AGENT",
    "AddressRefusedError",
    "ConnectionFailedError",
    "FetchError",
    "FetchedResponse",
    "Gate",
    "HeldBackError",
    "Lines",
    "SafeClient",
    "TooLargeError",
    "TooManyRedirectsError",
    "TooSlowError",
    "UnreadableAnswerError",
    "Verdict",
    "origin_of",
    "told_to_wait",
    "verdict",
]
