"""What the pages of people draw."""

from collections.abc import Sequence

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oneroof.customers.feelings import Month

register = template.Library()
STEP, MIDDLE = 10, 20


@register.simple_tag
def feeling_bars(months: Sequence[Month]) -> SafeString:
    """A column a month, up for what pleased and down for what did not; a dot where nothing was judged."""
    columns = format_html_join(
        "",
        '<g><title>{}</title><rect class="feelings__{}" x="{}" y="{}" width="8" height="{}"/></g>',
        (_column(number, month) for number, month in enumerate(months)),
    )
    return format_html(
        '<svg class="feelings" viewBox="0 0 {} 40" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        STEP * len(months),
        _("What they felt, month by month; as a table below"),
        columns,
    )


def _column(number: int, month: Month) -> tuple[object, ...]:
    height = abs(month.mean or 0) * MIDDLE
    top = MIDDLE - height if (month.mean or 0) > 0 else MIDDLE
    words = f"{date_format(month.first, 'F Y')}: {'–' if month.mean is None else f'{month.mean:+.2f}'}"
    return words, month.state or "unknown", STEP * number + 1, f"{top:.2f}", f"{max(height, 0.8):.2f}"
