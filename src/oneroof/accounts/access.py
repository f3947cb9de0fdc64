"""What a page or a route asks of who comes: stated on each view, checked before the start.

``@requires(Permission.X)`` lets in whoever carries the permission; everybody else, signed in or not, gets the
same 404 as for an address that does not exist. ``@open_to_all(reason)`` is for the few that need none.
"""

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission

type View = Callable[..., HttpResponseBase]

# Their views guard themselves; see docs/decisions/0003-stated-permissions.md
# The API's operations state theirs to a check of their own, in config.api.
SELF_GUARDED_MODULES = ("allauth.", "ninja.", "django.conf.urls.i18n", "django.views.i18n")


class NotAllowed(PermissionDenied):
    """The actor lacks a permission. Pages and routes show it as 404."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"This needs the permission {permission.value!r}.")
        self.permission = permission


def demand(actor: Any, permission: Permission) -> None:
    """The first line of every action: raise :class:`NotAllowed` unless the actor carries the permission."""
    if not (getattr(actor, "is_authenticated", False) and actor.may(permission)):
        raise NotAllowed(permission)


def actor_of(request: HttpRequest) -> User:
    """The signed-in person, of whom ``@requires`` or ``bearer`` has made sure."""
    assert isinstance(request.user, User)
    return request.user


def requires(permission: Permission) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                demand(request.user, permission)
                return view(request, *args, **kwargs)
            except NotAllowed as refusal:
                raise Http404 from refusal

        guarded.stated_permission = permission  # type: ignore[attr-defined]
        return guarded

    return wrap


def open_to_all[V: Callable[..., Any]](reason: str) -> Callable[[V], V]:
    """State that a view asks for nothing, and why."""

    def wrap(view: V) -> V:
        view.stated_permission = None  # type: ignore[attr-defined]
        view.open_because = reason  # type: ignore[attr-defined]
        return view

    return wrap


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URL configuration, with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


def has_stated_permission(view: Callable[..., Any]) -> bool:
    """A redirect shows nothing of its own: the page that it leads to asks."""
    if hasattr(view, "stated_permission") or getattr(view, "view_class", None) is RedirectView:
        return True
    made_of = view.func if isinstance(view, partial) else view
    return made_of.__module__.startswith(SELF_GUARDED_MODULES)


@register("permissions")
def every_route_states_its_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's signature
    return [
        Error(
            f"/{path} states no permission.",
            hint="Add @requires(Permission.…) or @open_to_all(reason).",
            id="oneroof.E001",
        )
        for path, pattern in routes()
        if not has_stated_permission(pattern.callback)
    ]
