"""Standard Webhooks: sign what goes out, believe only what is signed (https://www.standardwebhooks.com)."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
ID_LIMIT = 255
SIGNATURES_READ = 10
TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


class ReceiptRefusedError(Exception):
    """A pushed message that is not to be believed or cannot be read; ``status`` is HTTP's word for it."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class WrongSecretError(ValueError):
    """A secret that is not ``whsec_`` and Base64 of at least 24 bytes."""


def new_secret() -> str:
    """A secret for one sender and one receiver, of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers to send with ``body``. A message keeps its id at every attempt; ``at`` is the attempt's."""
    text = body.decode("utf-8")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": _webhook(secret).sign(message_id, at.astimezone(UTC), text),
    }


def verified_id(
    secrets_known: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: datetime
) -> str:
    """The message's id, where one of the secrets signed it within five minutes of now.

    Several secrets, and several signatures, are there so that a secret can be changed without a gap. The
    caller must refuse an id that it took before. Raises ReceiptRefusedError that says what is wrong, and
    never what would have been right.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, stamp, signatures = (_required(given, name) for name in ("id", "timestamp", "signature"))
    if len(message_id) > ID_LIMIT or not message_id.isprintable():
        raise ReceiptRefusedError(f"webhook-id must be 1 to {ID_LIMIT} printable characters.", status=400)
    at = _moment(stamp, now)
    if not _is_signed(secrets_known, message_id, at, body, signatures):
        raise ReceiptRefusedError("webhook-signature is not of this message and our secret.", status=401)
    return message_id


def check_secret(secret: str) -> None:
    """Raises WrongSecretError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX) + "==", validate=False)
    except (binascii.Error, ValueError) as error:
        raise WrongSecretError("The secret is not Base64.") from error
    if len(key) < 24:
        raise WrongSecretError("The secret is shorter than 24 bytes.")


def check_secrets(secrets_known: str) -> None:
    """All of those between the spaces. Raises WrongSecretError."""
    for secret in secrets_known.split():
        check_secret(secret)


def _webhook(secret: str) -> Webhook:
    check_secret(secret)
    return Webhook(secret)


def _required(given: Mapping[str, str], name: str) -> str:
    found = given.get(f"webhook-{name}", "").strip()
    if not found:
        raise ReceiptRefusedError(f"The header webhook-{name} is missing.", status=401)
    return found


def _moment(stamp: str, now: datetime) -> datetime:
    if not TIMESTAMP.fullmatch(stamp):
        raise ReceiptRefusedError("webhook-timestamp is not a number of seconds since 1970.", status=401)
    seconds = int(stamp)
    late = now.timestamp() - seconds
    if late > TOLERANCE.total_seconds():
        raise ReceiptRefusedError(
            f"The message is stale: webhook-timestamp lies {late:.0f} seconds back, 300 are allowed.",
            status=401,
        )
    if late < -TOLERANCE.total_seconds():
        raise ReceiptRefusedError(
            f"webhook-timestamp lies {-late:.0f} seconds ahead of our clock, 300 are allowed.", status=401
        )
    return datetime.fromtimestamp(seconds, UTC)


def _is_signed(known: Iterable[str], message_id: str, at: datetime, body: bytes, signatures: str) -> bool:
    """Compare all with all, in constant time, and look at the outcome only in the end."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ReceiptRefusedError("The body is not UTF-8.", status=400) from None
    expected = [_webhook(secret).sign(message_id, at, text).encode() for secret in known]
    given = [one.encode() for one in signatures.split()[:SIGNATURES_READ] if one.startswith("v1,")]
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
    return any(matches)
