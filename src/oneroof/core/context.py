"""What every page is given, and the places on the desk for which each package registers itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

type Place = Literal["rail", "bar", "search", "settings"]

THEMES = ("light", "dark")
_sections: dict[str, "Section"] = {}


@dataclass(frozen=True, slots=True)
class Section:
    """One place of the desk, shown to whoever carries ``permission``.

    ``place`` is the rail on the side, an icon in the bar above, that bar's search field (its page takes
    ``?q=``), or the side navigation of Settings. ``shortcut`` is a sequence of keys, such as ``"g i"``, or
    empty. ``count`` tells how many wait for this person; 0 shows nothing. Pages below the section's own
    address count as being in it, as do those that lie below one of ``also``.
    """

    key: str
    label: str | Promise
    url_name: str
    icon: str
    shortcut: str
    permission: str
    order: int
    place: Place = "rail"
    count: Callable[[Any], int] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A section as one person sees it on one page."""

    key: str
    label: str | Promise
    url: str
    icon: str
    shortcut: str
    current: bool
    count: int


def register_section(section: Section) -> None:
    """Called in a package's ``apps.py``; a second one of the same key takes the first one's place."""
    _sections[section.key] = section


def sections_for(request: HttpRequest, place: Place) -> list[Link]:
    user = request.user
    if not user.is_authenticated:
        return []
    shown = sorted(_sections.values(), key=lambda section: section.order)
    return [_link(s, request) for s in shown if s.place == place and user.may(s.permission)]


def _link(section: Section, request: HttpRequest) -> Link:
    url = reverse(section.url_name)
    return Link(
        section.key,
        section.label,
        url,
        section.icon,
        section.shortcut,
        current=request.path.startswith((url, *section.also)),
        count=section.count(request.user) if section.count else 0,
    )


def desk(request: HttpRequest) -> dict[str, Any]:
    """Asked for only where a template uses them, since templates call what can be called."""
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.COMPANY or "Oneroof",
        "theme": theme if theme in THEMES else "",
        "desk_sections": partial(sections_for, request, "rail"),
        "desk_bar": partial(sections_for, request, "bar"),
        "desk_search": partial(sections_for, request, "search"),
        "desk_settings": partial(sections_for, request, "settings"),
    }
