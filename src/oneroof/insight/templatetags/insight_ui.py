"""How insight's figures are shown."""

from datetime import timedelta

from django import template
from django.template import Context
from django.utils.translation import ngettext

register = template.Library()


@register.simple_tag
def waited(span: timedelta | None) -> str:
    """In minutes, hours or days, as long as it was; a dash where it is not known."""
    if span is None:
        return "–"
    minutes = round(span.total_seconds() / 60)
    if minutes < 90:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = round(hours / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


@register.simple_tag(takes_context=True)
def narrowed(context: Context, key: str, value: str) -> str:
    """This page's query string with one side chosen; an empty value is “unknown”."""
    query = context["request"].GET.copy()
    query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def without(context: Context, key: str) -> str:
    """This page's query string without one side."""
    query = context["request"].GET.copy()
    query.pop(key, None)
    return f"?{query.urlencode()}"
