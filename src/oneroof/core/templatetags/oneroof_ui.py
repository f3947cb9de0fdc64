"""The tags of the design system: see docs/design-system.md."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.core.public_places import PublicPlace, public_places
from oneroof.core.relative import relative
from oneroof.core.states import look_of

register = template.Library()

# Those that point along the line and so turn round where one reads from right to left.
_TURNING = {
    "arrow-left",
    "arrow-right",
    "chevron-left",
    "chevron-right",
    "reply",
    "send",
    "undo-2",
    "log-out",
}
_SOME, _MUCH = 40, 70
_REMEMBERED = 4_096
type Spans = list[tuple[int, int]]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite: decoration, unless a label gives it a meaning of its own."""
    return _drawn(name, label)


@lru_cache(maxsize=_REMEMBERED)
def _drawn(name: str, label: str) -> SafeString:
    """A page shows a hundred and fifty of them, most of them again."""
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"/></svg>',
        " icon--turns" if name in _TURNING else "",
        format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"'),
        static("oneroof/icons/sprite.svg"),
        name,
    )


@register.simple_tag
def time_ago(moment: datetime | None) -> SafeString:
    """Relative, with the exact moment behind it; a dash where there is none."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', "–")
    exactly = _exactly(moment, get_current_timezone(), get_language())
    return format_html("<time {} data-relative>{}</time>", exactly, relative(moment, clock.now()))


@lru_cache(maxsize=_REMEMBERED)
def _exactly(moment: datetime, zone: tzinfo, _language: str | None) -> SafeString:
    """For machines, and as one reads it in that zone and in the language that is active now."""
    read = date_format(localtime(moment, zone), "DATETIME_FORMAT")
    return format_html('datetime="{}" title="{}"', moment.isoformat(), read)


@register.simple_tag
def exact_time(moment: datetime | None) -> SafeString:
    if moment is None:
        return format_html('<span class="muted">{}</span>', "–")
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(),
        date_format(localtime(moment), "SHORT_DATETIME_FORMAT"),
    )


@register.simple_tag
def avatar(name: Any, size: str = "", *, ours: bool = False) -> SafeString:
    """The initials of a person or handle. Decoration: the name stands beside it."""
    return _avatar(str(name), size, ours)


@lru_cache(maxsize=_REMEMBERED)
def _avatar(name: str, size: str, ours: bool) -> SafeString:
    return format_html(
        '<span class="avatar{}{}" aria-hidden="true">{}</span>',
        f" avatar--{size}" if size else "",
        " avatar--ours" if ours else "",
        initials(name),
    )


def initials(name: str) -> str:
    """At most two letters, of the first and the last word; one sign where the script joins words."""
    words = [word for word in name.replace("@", " ").replace("_", " ").replace(".", " ").split() if word]
    letters = [next((sign for sign in word if sign.isalnum()), "") for word in words]
    found = [letter for letter in letters if letter]
    return "".join(found[:1] + found[1:][-1:]) or "?"


@register.simple_tag
def need_badge(score: float | None, label: str = "") -> SafeString:
    """How much an answer is needed, 0 to 100, under a roof that fills with it."""
    if score is None:
        return format_html('<span class="need" title="{}">–</span>', _("Not judged"))
    rounded = max(0, min(100, round(score)))
    level = "need--much" if rounded >= _MUCH else "need--some" if rounded >= _SOME else ""
    return format_html(
        '<span class="need {}" title="{}"><svg viewBox="0 0 28 10" aria-hidden="true">'
        '<path d="M2 8.5 14 2l12 6.5"/>'
        '<path class="need__fill" d="M2 8.5 14 2l12 6.5" pathLength="100" stroke-dasharray="{} 200"/></svg>'
        '<span class="sr-only">{} </span>{}</span>',
        level,
        label or _("Need for an answer: %(score)d of 100") % {"score": rounded},
        rounded,
        _("Need"),
        rounded,
    )


@register.simple_tag
def pill(word: str, icon_name: str = "", tone: str = "") -> SafeString:
    sign = icon(icon_name) if icon_name else SafeString("")
    return format_html(
        '<span class="pill{}">{}<span class="clip">{}</span></span>',
        f" pill--{tone}" if tone else "",
        sign,
        word,
    )


@register.simple_tag
def state_pill(state: Any, word: str = "") -> SafeString:
    """A known state in its look; ``word`` says something closer, such as who has claimed it."""
    look = look_of(str(state))
    return pill(word or str(look.word), look.icon, look.tone)


@register.simple_tag(name="public_places")
def further_public_places() -> Sequence[PublicPlace]:
    """What packages add beside the community's own places."""
    return public_places()


@register.filter
def own_name_of_language(code: str) -> str:
    """In itself, as its readers look for it; the code where nobody here knows the language."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


@register.filter
def name_of_language(code: str) -> str:
    """For its reader, within a sentence: Spanish and French write it small; what Django adds in brackets goes."""
    try:
        name = str(get_language_info(code)["name_translated"]).partition("(")[0].strip()
    except KeyError:
        return code
    return name.lower() if (get_language() or "")[:2] in ("es", "fr") else name


@register.filter
def direction(code: str) -> str:
    """In which way a text of that language is written; where nobody knows, the text itself says it."""
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "auto"


@register.simple_tag
def own_names_of_languages() -> list[tuple[str, str]]:
    """Code and name of each that the interface speaks, never translated: one finds one's own."""
    return list(settings.LANGUAGES)


@register.simple_tag
def kbd(keys: str) -> SafeString:
    """A shortcut as keys: ``{% kbd "g i" %}``. For the eye only; the control itself tells its keys."""
    return format_html_join(
        " ", '<kbd class="kbd" aria-hidden="true">{}</kbd>', ((key,) for key in keys.split())
    )


@register.simple_tag
def marked(text: str, spans: Spans) -> SafeString:
    """The text with what matched in ``<mark>``. Spans are (start, end) in characters; overlaps are joined."""
    pieces, last = [], 0
    for start, end in _joined(spans, len(text)):
        pieces.append(format_html("{}<mark>{}</mark>", text[last:start], text[start:end]))
        last = end
    return format_html("{}{}", format_html_join("", "{}", ((piece,) for piece in pieces)), text[last:])


def _joined(spans: Spans, length: int) -> Spans:
    joined: Spans = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


@register.simple_tag
def faulty_query(query: str, position: int, length: int = 1) -> SafeString:
    """The query with the place of the mistake marked; a mistake at the end shows as a mark after it."""
    wrong = query[position : position + length] or " "
    return format_html(
        '<pre>{}<mark class="query__bad">{}</mark>{}</pre>',
        query[:position],
        wrong,
        query[position + length :],
    )


@register.simple_tag
def sparkline(values: list[float], label: str) -> SafeString:
    """A line through a few figures; say them in words or in a table beside it, too."""
    most, steps = max([*values, 1]), max(len(values) - 1, 1)
    points = " ".join(f"{100 * i / steps:.2f},{28 - 26 * v / most:.2f}" for i, v in enumerate(values))
    return format_html(
        '<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<polyline points="{}"/></svg>',
        label,
        points,
    )


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """This page's query string with some values changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, wanted in changes.items():
        query.pop(name, None)
        if wanted is not None:
            query[name] = str(wanted)
    return f"?{query.urlencode()}"
