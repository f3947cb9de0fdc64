"""Pictures as SVG; each has its table beside it. Places are shares of a picture, so that any figure fits."""

from collections.abc import Sequence
from datetime import date
from math import log10

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oneroof.experience.queries.satisfaction import Scored
from oneroof.experience.rules.returns import Weight

register = template.Library()
MINUTE_TICKS = (
    (1, "1 min"),
    (60, "1 h"),
    (1_440, "1 d"),
    (10_080, "7 d"),
    (43_200, "30 d"),
    (525_600, "1 y"),
)


@register.filter
def waited(minutes: float | None) -> str:
    """``18 min``, ``2 h 10 min``, ``3 d 4 h``; a dash where too many still wait to tell."""
    if minutes is None:
        return "–"
    hours, left = divmod(round(minutes), 60)
    if hours >= 48:
        return _("%(days)d d %(hours)d h") % {"days": hours // 24, "hours": hours % 24}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": left}
    return _("%(minutes)d min") % {"minutes": left}


@register.filter
def percent(share: float | str | None) -> str:
    """A dash for None, and for what a template does not have."""
    return "–" if share is None or isinstance(share, str) else f"{100 * share:.0f} %"


@register.filter
def one_place(value: float | str | None) -> str:
    return "–" if value is None or isinstance(value, str) else f"{value:.1f}"


@register.simple_tag
def waiting_curve(steps: Sequence[tuple[float, float]], label: str) -> SafeString:
    """The share still waiting, over minutes on a logarithmic line."""
    if not steps:
        return SafeString("")
    most = log10(max(10.0, *(minutes for minutes, _share in steps)) + 1)
    points, last = ["0,0"], 0.0
    for minutes, share in steps:
        x = 100 * log10(minutes + 1) / most
        points += [f"{x:.2f},{last:.2f}", f"{x:.2f},{100 - 100 * share:.2f}"]
        last = 100 - 100 * share
    points.append(f"100,{last:.2f}")
    ticks = [(100 * log10(m + 1) / most, name) for m, name in MINUTE_TICKS if log10(m + 1) < 0.97 * most]
    return _framed(
        label,
        format_html('<polyline class="chart__line" points="{}"/>', " ".join(points)),
        ticks,
        [(0, "100 %"), (50, "50 %"), (100, "0 %")],
    )


@register.simple_tag
def interval_chart(rows: Sequence[Scored], least: float, most: float, label: str) -> SafeString:
    """A dot for each month with the reach of its interval."""
    wide = 100 / max(len(rows), 1)
    marks = format_html_join(
        "",
        '<g><title>{}</title><line class="chart__reach" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<line class="chart__dot" x1="{}" x2="{}" y1="{}" y2="{}"/></g>',
        (_mark(row, (place + 0.5) * wide, least, most) for place, row in enumerate(rows)),
    )
    every = max(1, -(-len(rows) // 4))
    ticks = [((place + 0.5) * wide, row.name) for place, row in enumerate(rows) if not place % every]
    middle = (least + most) / 2
    return _framed(label, marks, ticks, [(0, f"{most:g}"), (50, f"{middle:g}"), (100, f"{least:g}")])


@register.simple_tag
def histogram(bins: Sequence[tuple[float, float, int]], label: str) -> SafeString:
    """How often the draws fell where; a line stands at nothing."""
    least, most = bins[0][0], bins[-1][1]
    wide = (most - least) or 1.0
    tallest = max(count for _low, _high, count in bins) or 1
    bars = format_html_join(
        "",
        '<rect class="chart__bar" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (
                f"{100 * (low - least) / wide:.2f}",
                f"{100 - 100 * count / tallest:.2f}",
                f"{92 * (high - low) / wide:.2f}",
                f"{100 * count / tallest:.2f}",
            )
            for low, high, count in bins
        ),
    )
    if least < 0 < most:
        at = f"{-100 * least / wide:.2f}"
        line = '<line class="chart__break" x1="{}" x2="{}" y1="0" y2="100"/>'
        bars = format_html("{}{}", bars, format_html(line, at, at))
    ticks = [(share, f"{least + share * wide / 100:,.0f}") for share in (5, 35, 65, 95)]
    return _framed(label, bars, ticks, [(100, "0")])


@register.simple_tag
def tornado_bar(weight: Weight, weights: Sequence[tuple[str, Weight]]) -> SafeString:
    """From the mean result with the input at its lowest to that at its highest, on one scale for all."""
    ends = [end for _label, each in weights for end in (each.low_swing, each.high_swing)]
    least, wide = min(ends), (max(ends) - min(ends)) or 1.0
    start, end = sorted((weight.low_swing, weight.high_swing))
    words = _("From %(low)s to %(high)s") % {"low": f"{start:,.0f}", "high": f"{end:,.0f}"}
    return format_html(
        '<svg class="tornado" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="chart__bar" x="{}" width="{}" height="10"/></svg>',
        words,
        f"{100 * (start - least) / wide:.2f}",
        f"{max(100 * (end - start) / wide, 0.5):.2f}",
    )


@register.filter
def rounded(value: float | str | None) -> str:
    """Three figures that count: what an interval allows to say."""
    if value is None or isinstance(value, str):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _mark(row: Scored, x: float, least: float, most: float) -> tuple[object, ...]:
    value, low, high = (
        f"{100 * (most - each) / (most - least):.2f}"
        for each in (row.estimate.value, row.estimate.low, row.estimate.high)
    )
    words = f"{row.name}: {row.estimate.value:.1f} ({row.estimate.low:.1f} – {row.estimate.high:.1f})"
    at = f"{x:.2f}"
    return words, at, low, at, high, at, at, value, value


def _framed(
    label: str, drawn: SafeString, ticks: Sequence[tuple[float, str]], levels: Sequence[tuple[float, str]]
) -> SafeString:
    """A drawing of 100 by 100 that stretches, with words around it that do not."""
    lines = format_html_join(
        "", '<line class="chart__grid" x1="0" x2="100" y1="{}" y2="{}"/>', ((y, y) for y, _word in levels)
    )
    return format_html(
        '<div class="chart" role="img" aria-label="{}"><svg class="chart__levels">{}</svg>'
        '<svg class="chart__field" viewBox="0 0 100 100" preserveAspectRatio="none">{}{}</svg>'
        '<svg class="chart__ticks">{}</svg></div>',
        label,
        format_html_join(
            "", '<text x="90%" y="{}%" dy="0.3em">{}</text>', ((f"{y:.1f}", word) for y, word in levels)
        ),
        lines,
        drawn,
        format_html_join("", '<text x="{}%" y="1rem">{}</text>', ((f"{x:.1f}", word) for x, word in ticks)),
    )


@register.simple_tag
def course_chart(course: Sequence[tuple[date, float | None]], start: date, label: str) -> SafeString:
    """A line over days, with one upright where something began."""
    known = [(day, value) for day, value in course if value is not None]
    if len(known) < 2:
        return SafeString("")
    first, days = known[0][0], max((known[-1][0] - known[0][0]).days, 1)
    least, most = min(0.0, *(value for _day, value in known)), max(value for _day, value in known)
    wide = (most - least) or 1.0
    points = [(100 * (day - first).days / days, 100 - 100 * (value - least) / wide) for day, value in known]
    line = format_html(
        '<polyline class="chart__line" points="{}"/>', " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    )
    at = f"{100 * (start - first).days / days:.2f}"
    broken = format_html('<line class="chart__break" x1="{}" x2="{}" y1="0" y2="100"/>', at, at)
    named = known[:: max(1, -(-len(known) // 4))]
    ticks = [(100 * (day - first).days / days, f"{day:%m-%d}") for day, _value in named]
    levels = [(0.0, f"{most:.3g}"), (50.0, f"{(least + most) / 2:.3g}"), (100.0, f"{least:.3g}")]
    return _framed(label, format_html("{}{}", line, broken), ticks, levels)
