"""A span of whole days in an address, as the figures of reports lead to their rows."""

from datetime import UTC, datetime

from django.http import HttpRequest


def span_asked(request: HttpRequest) -> tuple[datetime, datetime] | None:
    """``?since=2026-03-01&until=2026-04-01``, in UTC, the last day not included; None for anything else."""
    try:
        start, end = (
            datetime.strptime(request.GET.get(name, ""), "%Y-%m-%d").replace(tzinfo=UTC)
            for name in ("since", "until")
        )
    except ValueError:
        return None
    return (start, end) if start < end else None
