"""What may be attached: pictures, drawn anew, and files of a few kinds that are what they say. Pure."""

import io
import re
from dataclasses import dataclass
from pathlib import PurePath

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 1024 * 1024
MOST_BYTES_OF_FILE = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_048
PICTURES = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("png", "image/png"),
            "GIF": ("png", "image/png")}  # fmt: skip
"""What is read, and what is made of it."""
TEXTS = {
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "md": "text/plain",
    "json": "text/plain",
}
NAMES = re.compile(r"[^\w.-]+")


class UploadRefusedError(ValueError):
    """Which refusal: ``too_large``, ``empty``, ``kind``, ``broken``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    kind: str
    content: bytes


def accepted(name: str, content: bytes) -> Upload:
    """What is kept of what was sent. Raises UploadRefusedError."""
    if not content:
        raise UploadRefusedError("empty")
    if len(content) > MOST_BYTES:
        raise UploadRefusedError("too_large")
    stem, ending = _named(name)
    if kind := _kind_of_file(ending, content):
        if len(content) > MOST_BYTES_OF_FILE:
            raise UploadRefusedError("too_large")
        return Upload(f"{stem}.{ending}", kind, content)
    return _drawn_anew(stem, content)


def _named(name: str) -> tuple[str, str]:
    path = PurePath(name.replace("\\", "/"))
    stem = NAMES.sub("-", path.stem).strip("-.")[:80] or "file"
    return stem, path.suffix[1:].lower()


def _kind_of_file(ending: str, content: bytes) -> str:
    """By its ending and what is in it; empty for what is no file that may be attached."""
    if ending == "pdf" and content.startswith(b"%PDF-"):
        return "application/pdf"
    if ending in TEXTS and b"\0" not in content and _is_text(content):
        return TEXTS[ending]
    return ""


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _drawn_anew(stem: str, content: bytes) -> Upload:
    """Only its pixels, turned as the camera was held: no place, no thumbnail, no comment survives."""
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            ending, kind = PICTURES[picture.format or ""]
            if picture.width * picture.height > MOST_PIXELS:
                raise UploadRefusedError("too_large")
            return Upload(f"{stem}.{ending}", kind, _pixels(picture, ending))
    except UnidentifiedImageError as error:
        raise UploadRefusedError("kind") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, UploadRefusedError):
            raise
        raise UploadRefusedError("broken") from error


def _pixels(picture: Image.Image, ending: str) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = upright.convert("RGB" if ending == "jpg" else "RGBA")
    clean = Image.new(bare.mode, bare.size)
    clean.paste(bare)
    out = io.BytesIO()
    if ending == "jpg":
        clean.save(out, "JPEG", quality=85)
    else:
        clean.save(out, "PNG", optimize=True)
    return out.getvalue()
