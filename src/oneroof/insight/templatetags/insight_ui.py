"""How insight's figures are shown."""

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.simple_tag
def waited(span: timedelta | None) -> str:
    """In hours up to two days, in days beyond; a dash where it is not known."""
    if span is None:
        return "–"
    hours = round(span.total_seconds() / 3_600)
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = round(hours / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
