"""``/healthz``, ``/readyz`` and ``/metrics``: for machines that look after this one."""

import ipaddress
import secrets

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from oneroof.accounts.access import open_to_all
from oneroof.config.database import has_pending_migrations
from oneroof.config.metrics import exposition
from oneroof.core.health import is_fresh, last_beat

PARTS = ("worker", "listener")


@open_to_all("says nothing but that the web server answers")
def alive(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all("says which part is up, and nothing of what it holds")
def ready(_request: HttpRequest) -> HttpResponse:
    parts = readiness()
    is_ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)


@open_to_all("asks for the operator's token, or to be asked by this machine itself")
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_carries_token(request) or _is_this_machine(request)):
        raise Http404
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _carries_token(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(told.encode(), expected.encode())


def _is_this_machine(request: HttpRequest) -> bool:
    """What a proxy of this machine hands on comes from elsewhere, though its own address is ours."""
    if any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def readiness() -> dict[str, str]:
    """Each part's state: 'ok', or what is wrong with it."""
    try:
        connection.ensure_connection()
        if not _is_migrated():
            return {"database": "its tables are not up to date"}
        beats = {part: is_fresh(last_beat(part)) for part in PARTS}
    except (DatabaseError, InterfaceError):
        return {"database": "does not answer"}
    return {"database": "ok"} | {part: "ok" if fresh else "gives no sign" for part, fresh in beats.items()}


_migrated_once = False


def _is_migrated() -> bool:
    """Asked until it is true: no table is taken back while the program runs."""
    global _migrated_once  # noqa: PLW0603  a fact about this process
    _migrated_once = _migrated_once or not has_pending_migrations()
    return _migrated_once
