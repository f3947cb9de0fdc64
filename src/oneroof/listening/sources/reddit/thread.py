"""A conversation below a link: www.reddit.com/dev/api, *GET [/r/subreddit]/comments/article*."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Followed, PollFailedError, Settings
from oneroof.listening.sources.json_api import NotFoundError
from oneroof.listening.sources.reddit.account import Reddit
from oneroof.listening.sources.reddit.client import asked_by_name, checked
from oneroof.listening.sources.reddit.parse import (
    COMMENT,
    MORE,
    POST,
    Thing,
    children_of,
    is_comment,
    named,
    read_things,
    things_in,
)

COMMENTS = 500
ABOVE = 8
KNOWN_ASKED = 300


@dataclass(frozen=True, slots=True)
class Thread:
    """``cut_below`` names the things below which not all was shown."""

    link: Thing
    comments: Sequence[Thing]
    cut_below: frozenset[str]


def read_thread(place: Reddit, client: SafeClient, link: str, **asked: Any) -> Thread:
    """The newest first, five hundred at most. Raises PollFailedError."""
    found = place.get(
        client, f"/comments/{link.removeprefix(f'{POST}_')}", limit=COMMENTS, sort="new", **asked
    )
    if not isinstance(found, list) or len(found) < 2 or not (links := things_in(checked(found[0]))):
        raise PollFailedError("Reddit answered in a form that its reference does not know.")
    comments, cut = [], set()
    for child in _below(checked(found[1])):
        if child["kind"] == MORE:
            cut.add(str(child["data"].get("parent_id")))
        else:
            comments.append(named(child))
    return Thread(links[0], comments, frozenset(cut))


def link_of(place: Reddit, client: SafeClient, name: str, thread: str = "") -> str:
    """The link that a thing stands below. Raises NotFoundError."""
    for known in (name, thread):
        if known.startswith(f"{POST}_"):
            return known
    for thing in asked_by_name(place, [name], client):
        if thing.get("link_id"):
            return str(thing["link_id"])
    raise NotFoundError("Reddit knows no such comment.")


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The link and what stands below it; what we know of and was not shown is asked for by name."""
    place = Reddit.of(settings)
    try:
        link = link_of(place, client, external_id)
    except NotFoundError:
        return Followed(posts=())
    thread = read_thread(place, client, link)
    found = {str(each["name"]): each for each in (thread.link, *thread.comments)}
    if external_id not in found:
        focus = {"comment": external_id.removeprefix(f"{COMMENT}_"), "context": ABOVE}
        found |= {str(each["name"]): each for each in read_thread(place, client, link, **focus).comments}
    absent = [each for each in dict.fromkeys((external_id, *known)) if each not in found]
    found |= {str(each["name"]): each for each in asked_by_name(place, absent[:KNOWN_ASKED], client)}
    posts, rejected = read_things(found.values())
    return Followed(posts=posts, rejected=rejected)


def _below(listing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every comment in it, however deep, and the marks of what is left out."""
    waiting = [listing]
    while waiting:
        for child in children_of(waiting.pop()):
            if child["kind"] in {COMMENT, MORE}:
                yield child
            if isinstance(child["data"].get("replies"), dict):  # an empty string where there are none
                waiting.append(child["data"]["replies"])


def is_direct(thing: Thing, parent: str) -> bool:
    return is_comment(thing) and thing.get("parent_id") == parent
