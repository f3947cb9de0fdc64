"""What a browser does with a push: the receiving half of RFC 8291, from its text and not from our sender."""

import base64
import hashlib
import hmac
import os

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


class BrowserSide:
    """Holds the private key of one subscription."""

    def __init__(self, private: str | None = None, auth: str | None = None) -> None:
        number = int.from_bytes(bytes_of(private)) if private else None
        self._key = ec.derive_private_key(number, CURVE) if number else ec.generate_private_key(CURVE)
        self._auth = bytes_of(auth) if auth else os.urandom(16)

    def subscription(self, endpoint: str) -> dict[str, object]:
        keys = {"p256dh": text_of(self._point()), "auth": text_of(self._auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def flat(self, endpoint: str) -> dict[str, str]:
        return {"endpoint": endpoint, "p256dh": text_of(self._point()), "auth": text_of(self._auth)}

    def read(self, body: bytes) -> bytes:
        """The plain text of one record; raises where the key, the tag or the padding is another."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        mixed = _sign(self._auth, shared)
        material = _sign(mixed, b"WebPush: info\0" + self._point() + theirs + b"\1")
        drawn = _sign(salt, material)
        key = _sign(drawn, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = _sign(drawn, b"Content-Encoding: nonce\0\1")[:12]
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\2")
        return padded[:-1]

    def _point(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sender_of(authorization: str, audience: str) -> dict[str, object]:
    """What a push service checks of RFC 8292: the signature by the key that is named, and whom it is for."""
    scheme, _space, rest = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes_of(parts["k"]))
    claims: dict[str, object] = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=audience)
    return claims


def _sign(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
