"""The places of the public site that packages add to those of the community, and their maps for search engines.

A package registers in its ``apps.py``; rooms below need not know of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A tab beside questions, articles, ideas and news, open to everybody. Pages below ``also`` count as in it."""

    key: str
    label: str | Promise
    url_name: str
    order: int
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_places: dict[str, PublicPlace] = {}
_maps: dict[str, None] = {}


def register_place(place: PublicPlace) -> None:
    """A second one of the same key takes the first one's place."""
    _places[place.key] = place


def public_places() -> Sequence[PublicPlace]:
    return sorted(_places.values(), key=lambda place: place.order)


def register_map(path: str) -> None:
    """A file in the format of sitemaps.org, at a path of this site."""
    _maps[path] = None


def more_maps() -> Sequence[str]:
    return tuple(_maps)
