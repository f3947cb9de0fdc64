"""LibreTranslate: https://docs.libretranslate.com/guides/api_usage/."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from oneroof.community.translating.base import Provider, Request, UnreadableTranslationError, Wanted


def write(settings: Mapping[str, str], wanted: Wanted) -> Request:
    asked = {
        "q": list(wanted.pieces),
        "source": wanted.source,
        "target": wanted.target,
        "format": "html",
        "api_key": settings.get("key", ""),
    }
    address = settings["address"].rstrip("/")
    return Request(f"{address}/translate", json.dumps(asked).encode(), {"Content-Type": "application/json"})


def read(body: bytes) -> list[str]:
    try:
        said = json.loads(body)["translatedText"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableTranslationError("It has no translatedText.") from error
    pieces = [said] if isinstance(said, str) else said
    if not isinstance(pieces, list) or not all(isinstance(each, str) for each in pieces):
        raise UnreadableTranslationError("Its translatedText is no list of texts.")
    return pieces


PROVIDER = Provider(
    key="libretranslate",
    title="LibreTranslate",
    write=write,
    read=read,
    usual_address="https://libretranslate.com",
    needs_key=False,
    refusals={
        400: _("It does not translate between these languages."),
        403: _("It does not accept the key."),
        429: _("It is asked too often just now."),
    },
)
