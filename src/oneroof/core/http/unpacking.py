"""Unpack an answer piece by piece, so that a bomb is seen before it goes off."""

import zlib
from collections.abc import Iterable, Iterator

from oneroof.core.http.errors import TooLargeError, UnreadableAnswerError

OFFERED = "gzip, deflate"
PIECE = 65_536
LAYERS = 2


def read_bounded(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole body, unpacked; raises TooLargeError as soon as it is more than ``max_bytes``."""
    body = bytearray()
    for piece in unpacked(_counted(pieces, max_bytes), encoding):
        body += piece
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Undo the layers that ``Content-Encoding`` names, the last one first."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    layers = [name for name in names if name != "identity"]
    if len(layers) > LAYERS:
        raise UnreadableAnswerError(f"The answer is packed {len(layers)} times over.", sent=True)
    stream: Iterable[bytes] = pieces
    for name in reversed(layers):
        if name in {"gzip", "x-gzip"}:
            stream = _gunzipped(stream)
        elif name == "deflate":
            stream = _inflated(stream)
        else:
            raise UnreadableAnswerError(f"The answer is packed as “{name}”, not asked for.", sent=True)
    yield from stream


def _gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Members one after the other, as gzip allows; what follows the last one is left out."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for piece in pieces:
        rest = piece
        while rest:
            if unpacker.eof:
                if not rest.startswith(b"\x1f"):
                    return
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield _step(unpacker, rest)
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof:
        raise UnreadableAnswerError("The packed answer ends early.", sent=True)


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """With or without zlib's header: servers send both under the one name."""
    unpacker = None
    for piece in pieces:
        rest = piece
        unpacker = unpacker or _inflater_for(rest)
        while rest and not unpacker.eof:
            yield _step(unpacker, rest)
            rest = unpacker.unconsumed_tail


def _inflater_for(start: bytes) -> "zlib._Decompress":
    has_header = len(start) > 1 and start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


def _step(unpacker: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return unpacker.decompress(packed, PIECE)
    except zlib.error as error:
        raise UnreadableAnswerError(f"The packed answer is broken: {error}.", sent=True) from error


def _counted(pieces: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """Bound what comes over the wire as well."""
    seen = 0
    for piece in pieces:
        seen += len(piece)
        if seen > max_bytes:
            raise _too_large(max_bytes)
        yield piece


def _too_large(max_bytes: int) -> TooLargeError:
    return TooLargeError(f"The answer is larger than {max_bytes:,} bytes.", sent=True)
