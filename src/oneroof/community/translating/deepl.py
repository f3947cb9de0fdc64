"""DeepL: https://developers.deepl.com/api-reference/translate."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from oneroof.community.translating.base import Provider, Request, UnreadableTranslationError, Wanted

INTO = {"en": "EN-GB", "pt": "PT-PT", "zh": "ZH-HANS"}
"""As a target these need their kind."""


def write(settings: Mapping[str, str], wanted: Wanted) -> Request:
    asked = {
        "text": list(wanted.pieces),
        "source_lang": wanted.source.upper(),
        "target_lang": INTO.get(wanted.target, wanted.target.upper()),
        "tag_handling": "html",
    }
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"DeepL-Auth-Key {settings.get('key', '')}",
    }
    return Request(f"{settings['address'].rstrip('/')}/v2/translate", json.dumps(asked).encode(), headers)


def read(body: bytes) -> list[str]:
    try:
        return [str(each["text"]) for each in json.loads(body)["translations"]]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableTranslationError("It has no translations.") from error


PROVIDER = Provider(
    key="deepl",
    title="DeepL",
    write=write,
    read=read,
    usual_address="https://api-free.deepl.com",
    needs_key=True,
    refusals={
        400: _("It does not translate between these languages."),
        403: _("It does not accept the key."),
        429: _("It is asked too often just now."),
        456: _("What it was paid for is used up."),
        503: _("It is asked too often just now."),
    },
)
