"""One entry alone, where the other side gives it: before it is answered, and while its conversation is open."""

from collections.abc import Sequence

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import (
    Followed,
    PollFailedError,
    RawPost,
    Rejected,
    Seen,
    Settings,
    Standing,
    Target,
)
from oneroof.listening.sources.fields import UnreadablePostError
from oneroof.listening.sources.json.filling import address_with, headers_with, secrets_of
from oneroof.listening.sources.json.paging import host_of, unspoken
from oneroof.listening.sources.json.parse import gone, read_entry
from oneroof.listening.sources.json.paths import found_at
from oneroof.listening.sources.json_api import NotFoundError, get_json

FOLLOWED_ASKED = 20


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    """Who else answered, an entry by itself does not tell."""
    if not settings.get("entry_address"):
        return Seen(Standing.UNKNOWN)
    try:
        post = _entry(settings, target.external_id, client)
    except (PollFailedError, UnreadablePostError) as failed:
        return Seen(Standing.UNKNOWN, reason=str(failed))
    if post.deleted:
        return Seen(Standing.GONE)
    is_same = post.text.split() == target.text.split()
    return Seen(Standing.THERE if is_same else Standing.CHANGED, text=post.text)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """Each that we know of the thread, as it stands now: nothing tells us of others."""
    if not settings.get("entry_address"):
        return Followed(posts=())
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for each in list(dict.fromkeys((external_id, *known)))[:FOLLOWED_ASKED]:
        try:
            posts.append(_entry(settings, each, client))
        except UnreadablePostError as error:
            rejected.append(Rejected(f"entry {each}", str(error), ""))
    return Followed(posts=posts, rejected=rejected)


def _entry(settings: Settings, external_id: str, client: SafeClient) -> RawPost:
    """Deleted where the other side says 404 or 410. Raises PollFailedError, UnreadablePostError."""
    words = {**secrets_of(settings), "id": external_id}
    headers = headers_with(str(settings.get("headers") or ""), words)
    with unspoken(settings):
        try:
            url = address_with(str(settings["entry_address"]), words)
            told = get_json(client, url, who=host_of(settings), headers=headers)
        except NotFoundError:
            return gone(external_id)
    post = read_entry(found_at(told, str(settings.get("entry_at") or "")), settings)
    if post.external_id != external_id:
        raise UnreadablePostError(f"asked for {external_id}, it gave {post.external_id}")
    return post
