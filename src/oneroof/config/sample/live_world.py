"""The live world beside the sample: what is said of a name on public networks that ask for no key."""

import logging
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import connection

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.core.errors import WrongUseError
from oneroof.listening.actions.sources import add_source, whole_settings
from oneroof.listening.actions.watches import create_watch
from oneroof.listening.models import Source, Watch
from oneroof.listening.sources import network
from oneroof.listening.trying import Trial, try_out

LONGEST = 80
NEWS = (
    "https://api.gdeltproject.org/api/v2/doc/doc?mode=artlist&format=rss&maxrecords=75&sort=datedesc&query="
)
"""GDELT's search of the world's news, free for any use (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts)."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the name is listened for. Of several ways to hear a place, the first that answers is taken."""

    network: str
    name: str
    ways: Sequence[Mapping[str, Any]]
    keeps_all: bool = True


def brand(text: str) -> str:
    """For ``--brand``: a name that can be searched for. Raises WrongUseError."""
    name = " ".join(text.replace('"', " ").split())
    if not re.search(r"\w", name) or len(name) > LONGEST:
        raise WrongUseError(f"A brand is a name of up to {LONGEST} characters, such as --brand “Tarn”.")
    return name


def places_for(name: str) -> list[Place]:
    """Bluesky's search is not open to everybody at all times: where it is closed, its stream is heard whole."""
    phrase = f'"{name}"'
    hashtag = re.sub(r"\W", "", name)
    bluesky: list[Mapping[str, Any]] = [{"query": phrase}, {"listen_to": "everything"}]
    return [
        Place(network="bluesky", name=f"Bluesky: {name}", ways=bluesky, keeps_all=False),
        Place(network="mastodon", name=f"Mastodon: #{hashtag}", ways=[{"query": hashtag}]),
        Place(network="hackernews", name=f"Hacker News: {name}", ways=[{"query": phrase}]),
        Place(network="stackexchange", name=f"Stack Overflow: {name}", ways=[{"query": phrase}]),
        Place(network="rss", name=f"World news: {name}", ways=[{"address": f"{NEWS}{quote(phrase)}"}]),
    ]


def listen_for(name: str, places: Sequence[Place] | None = None) -> bool:
    """Listen wherever somebody answers, and watch for the name; False where nobody does. Says so in one line.

    May be called again: what is there is left as it is, and what could not be reached before is tried again.
    """
    places = places_for(name) if places is None else places
    known = set(
        Source.objects.filter(name__in=[place.name for place in places]).values_list("name", flat=True)
    )
    found = {place.name: way for place, way in _tried([each for each in places if each.name not in known])}
    for place in places:
        if way := found.get(place.name):
            add_source(None, place.network, place.name, way, keeps_all=place.keeps_all)
    there = [place.name for place in places if place.name in known or found.get(place.name)]
    if there:
        _watch_for(name)
    _say(name, there, [place.name for place in places if place.name not in there])
    return bool(there)


def _tried(places: Sequence[Place]) -> list[tuple[Place, Mapping[str, Any] | None]]:
    """All at once: one that is slow to say nothing delays no other."""
    with ThreadPoolExecutor(max(1, len(places))) as threads:
        return list(zip(places, threads.map(_way_in, places), strict=True))


def _way_in(place: Place) -> Mapping[str, Any] | None:
    try:
        return next((way for way in place.ways if not _asked(place, way).problem), None)
    finally:
        connection.close()


def _asked(place: Place, way: Mapping[str, Any]) -> Trial:
    there = network(place.network)
    return try_out(there, whole_settings(there, way))


def _watch_for(name: str) -> None:
    owner = User.objects.filter(role=Role.ADMIN).earliest("pk")
    if not Watch.objects.live().filter(owner=owner, name=name).exists():
        create_watch(None, name, f'"{name}"', owner=owner)


def _say(name: str, there: Sequence[str], missing: Sequence[str]) -> None:
    if not there:
        log.warning("“%s” is not listened for: no public network answers here. The sample runs alone.", name)
    elif missing:
        log.info("Listening for “%s” on %s; no answer from %s.", name, ", ".join(there), ", ".join(missing))
    else:
        log.info("Listening for “%s” on %s.", name, ", ".join(there))
