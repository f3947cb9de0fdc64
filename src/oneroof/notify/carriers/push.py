"""Web push: a browser's push service carries what only that browser can read.

RFC 8030 (the request), RFC 8188 and 8291 (how it is encrypted), RFC 8292 (who we are). See decision 0116.
"""

import base64
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as site

from oneroof.core import clock
from oneroof.core.sealing import derived_key
from oneroof.notify.carriers.base import Carrier, Message, Request

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECORD = 4_096
MOST_BYTES = 3_000  # of 3,993 that one record of 4,096 may hold
LONGEST_BODY, LINES = 600, 4
KEPT_FOR = timedelta(days=1)
TOKEN_HOLDS = timedelta(hours=12)


def write(settings: Mapping[str, str], message: Message) -> Request:
    """``settings`` are those of a subscription: ``endpoint``, ``p256dh`` and ``auth``."""
    endpoint = settings["endpoint"]
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(KEPT_FOR.total_seconds())),
        "Urgency": "normal",
        "Authorization": f"vapid t={_token(endpoint)}, k={public_key()}",
    }
    sealed = encrypt(payload(message), unpacked(settings["p256dh"]), unpacked(settings["auth"]))
    return Request(endpoint, sealed, headers)


def payload(message: Message) -> bytes:
    """What our worker in the browser shows, as JSON."""
    first = message.lines[0]
    is_one = len(message.lines) == 1 and not message.more
    lines = [line.title for line in message.lines[:LINES]]
    shown = {
        "title": first.title if is_one else message.heading,
        "body": (first.text if is_one else "\n".join(lines))[:LONGEST_BODY],
        "url": first.url if is_one else message.more_url,
        "tag": message.transaction,
    }
    return _cut_to_size(shown)


def _cut_to_size(shown: dict[str, str]) -> bytes:
    while len(raw := json.dumps(shown, ensure_ascii=False).encode()) > MOST_BYTES and shown["body"]:
        shown["body"] = shown["body"][: len(shown["body"]) // 2]
    return raw


def public_key() -> str:
    """Ours, as ``PushManager.subscribe`` takes it."""
    return packed(_point(_our_key()))


def encrypt(
    plain: bytes,
    theirs: bytes,
    secret: bytes,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """One record of aes128gcm for the browser with the public key ``theirs`` (65 bytes) and the shared ``secret``
    (16 bytes). ``key`` and ``salt`` are fresh each time; only a worked example gives them. Raises ValueError."""
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(16)
    ours = _point(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    material = _hkdf(secret, shared, b"WebPush: info\0" + theirs + ours, 32)
    content_key = _hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4) + bytes([len(ours)]) + ours
    return header + AESGCM(content_key).encrypt(nonce, plain + b"\2", None)


def why_not_subscription(settings: Mapping[str, str]) -> str | None:
    """What no browser would send."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(settings["p256dh"]))
        is_fine = len(unpacked(settings["auth"])) == 16 and bool(urlsplit(settings["endpoint"]).hostname)
    except (KeyError, TypeError, ValueError, AttributeError):
        is_fine = False
    return None if is_fine else "This is no subscription of a browser."


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _our_key() -> ec.EllipticCurvePrivateKey:
    """Follows from the signing key, with 64 bits to spare (FIPS 186-5, A.2.1)."""
    drawn = int.from_bytes(derived_key("oneroof web push", 40))
    return ec.derive_private_key(drawn % (ORDER - 1) + 1, CURVE)


def _token(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((clock.now() + TOKEN_HOLDS).timestamp()),
        "sub": f"mailto:{parseaddr(site.DEFAULT_FROM_EMAIL)[1]}",
    }
    return jwt.encode(claims, _our_key(), algorithm="ES256")


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)


CARRIER = Carrier("push", "Web push", (), write, may_repeat=True, dead=frozenset({404, 410}))
