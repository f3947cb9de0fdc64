"""What the community's templates draw."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from oneroof.community.models import Entry, Translation
from oneroof.core import markdown
from oneroof.core.states import Look, look_of

register = template.Library()

QUESTION_LOOKS = {
    "open": Look("", "circle-help", ""),
    "answered": Look("info", "message-square-reply", ""),
    "solved": Look("good", "circle-check", ""),
    "known_problem": Look("warning", "triangle-alert", ""),
    "duplicate": Look("", "copy", ""),
    "draft": Look("", "pencil", ""),
    "in_review": Look("warning", "eye", ""),
    "published": Look("good", "circle-check", ""),
    "archived": Look("", "save", ""),
    "planned": Look("info", "calendar", ""),
    "adopted": Look("good", "circle-check", ""),
    "declined": Look("", "x", ""),
}


@lru_cache(maxsize=4096)
def _rendered(text: str) -> SafeString:
    return markdown.render(text)


@register.filter
def markdown_of(text: str) -> SafeString:
    """Safe HTML of what somebody wrote; what was shown lately is not rendered again."""
    return _rendered(text)


_UNSAFE_IN_HTML = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.filter
def as_json_ld(stated: Mapping[str, Any]) -> SafeString:
    """A block of data, which no browser runs; nothing in it can end it."""
    text = json.dumps(stated, ensure_ascii=False).translate(_UNSAFE_IN_HTML)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  all signs of HTML are escaped


@register.filter
def of_entry(told: Mapping[int, Translation], entry: Entry) -> Translation | None:
    """What the entry says in the language that the page is read in, where anybody translated it."""
    return told.get(entry.pk) if told else None


@register.filter
def look(entry: Entry) -> Look:
    """How a question stands: tone, icon and word."""
    known = QUESTION_LOOKS.get(entry.status) or look_of(entry.status)
    return Look(known.tone, known.icon, entry.get_status_display())


@register.filter
def excerpt(text: str) -> str:
    """The beginning, without the signs of Markdown, for a line of a list."""
    plain = " ".join(LINK.sub(r"\1", text).replace("`", "").replace("*", "").replace("#", "").split())
    return plain if len(plain) <= EXCERPT else f"{plain[:EXCERPT].rsplit(' ', 1)[0]}…"


EXCERPT = 180
LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*\)")


@register.filter
def language_name(code: str | None) -> str:
    """In itself, as its readers look for it; the code where nobody here knows the language."""
    try:
        return str(get_language_info(code or "")["name_local"])
    except KeyError:
        return code or "?"
