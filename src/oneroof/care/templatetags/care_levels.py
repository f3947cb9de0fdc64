"""What the page of service levels draws: durations in words, bars as SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oneroof.care.queries.due import Day

register = template.Library()


@register.filter
def minutes(value: float | None) -> str:
    """``18 min``, ``2 h 10 min``; a dash where nothing was measured."""
    if value is None:
        return "–"
    hours, left = divmod(round(value), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": left}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": left}


@register.filter
def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


@register.filter
def in_time(figures: Mapping[str, Any]) -> str:
    """The share in time, of all of which that is known."""
    late = figures["breached_share"]
    if late is None:
        return _("nothing answered or late yet")
    return _("%(in_time)d of %(number)d in time (%(share)s)") % {
        "share": share(1 - late),
        "in_time": figures["in_time"],
        "number": figures["in_time"] + figures["breached"],
    }


@register.simple_tag
def clock_of(figures: Mapping[str, Any], clock: str) -> Any:
    return figures[clock]


@register.simple_tag
def longest(by_priority: Sequence[tuple[str, Mapping[str, Any]]], clock: str) -> float:
    """The longest 90th percentile: what all bars are measured against."""
    return max((figures[clock]["working_minutes"]["p90"] or 0 for _word, figures in by_priority), default=0)


@register.simple_tag
def spread_bar(spread: Mapping[str, float | None], most: float) -> SafeString:
    """The median within the 90th percentile; nothing where nothing was measured."""
    if spread["p90"] is None or spread["median"] is None or not most:
        return SafeString("")
    words = _("Median %(median)s, 90th percentile %(p90)s") % {
        "median": minutes(spread["median"]),
        "p90": minutes(spread["p90"]),
    }
    return format_html(
        '<svg class="levels__bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="levels__spread" width="{}" height="10"/>'
        '<rect class="levels__median" width="{}" height="10"/></svg>',
        words,
        _at(100 * spread["p90"] / most),
        _at(100 * spread["median"] / most),
    )


@register.simple_tag
def day_bars(days: Sequence[Day]) -> SafeString:
    """A column a day: what began, and at its foot what was answered late."""
    most = max((day.opened for day in days), default=0) or 1
    columns = format_html_join(
        "",
        '<g><title>{}</title><rect class="levels__in-time" x="{}" y="{}" width="8" height="{}"/>'
        '<rect class="levels__late" x="{}" y="{}" width="8" height="{}"/></g>',
        (_column(number, day, most) for number, day in enumerate(days)),
    )
    words = _("Work that began each day, and how much of it was answered late; as a table below")
    return format_html(
        '<svg class="levels__days" viewBox="0 0 {} 100" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        10 * len(days),
        words,
        columns,
    )


def _column(number: int, day: Day, most: int) -> tuple[object, ...]:
    whole, late = 100 * day.opened / most, 100 * day.late / most
    words = _("%(day)s: %(opened)d began, %(late)d late") % {
        "day": day.day.isoformat(),
        "opened": day.opened,
        "late": day.late,
    }
    x = 10 * number + 1
    return words, x, _at(100 - whole), _at(whole - late), x, _at(100 - late), _at(late)


def _at(place: float) -> str:
    """A number as SVG wants it, in every language."""
    return f"{place:.2f}"
