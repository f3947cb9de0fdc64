"""A question's page as it stands now: the question, its answers, and the comments below each."""

from collections.abc import Sequence
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Followed, MustWaitError, Settings
from oneroof.listening.sources.stackexchange.asking import Asking, origin_of
from oneroof.listening.sources.stackexchange.parse import gone, name_of, read_all

PAGES = 3


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """What we know of it and is not there is gone, where the whole page was read."""
    asking = Asking(settings, client)
    entries: list[Any] = []
    is_whole = False
    question = _question(asking, external_id, known)
    try:
        is_whole = _read_page(asking, question, entries) if question else True
    except MustWaitError:
        if not entries:
            raise
    names = {name[1:]: name for each in entries if (name := name_of(each)) and name[0] != "c"}
    posts, rejected = read_all(entries, origin_of(str(settings.get("site") or "").strip()), names)
    there = {post.external_id for post in posts}
    lost = [name for name in dict.fromkeys((external_id, *known)) if name not in there] if is_whole else []
    return Followed(posts=[*posts, *map(gone, lost)], rejected=rejected)


def _question(asking: Asking, external_id: str, known: Sequence[str]) -> str:
    """The number of the thread's question; empty where it is not there."""
    names = (external_id, *known)
    if root := next((name for name in names if name.startswith("q")), None):
        return root[1:]
    answer = next((name[1:] for name in names if name.startswith("a")), None)
    if answer is None:
        comments, _more = asking.of_each("/comments/{ids}", [external_id[1:]])
        answer = next(
            (str(each["post_id"]) for each in comments if name_of(each) and "post_id" in each), None
        )
    if answer is None:
        return ""
    answers, _more = asking.of_each("/answers/{ids}", [answer])
    return next((str(each["question_id"]) for each in answers if name_of(each)), answer)


def _read_page(asking: Asking, question: str, entries: list[Any]) -> bool:
    """Adds to ``entries``; whether they are all."""
    found, _more = asking.of_each("/questions/{ids}", [question])
    entries += found
    if not found:
        return True
    is_whole = _each_page(asking, "/questions/{ids}/answers", [question], entries)
    posts = [name[1:] for each in entries if (name := name_of(each)) and name[0] != "c"]
    has_all = _each_page(asking, "/posts/{ids}/comments", posts, entries)
    return is_whole and has_all and len(posts) <= 100


def _each_page(asking: Asking, path: str, ids: Sequence[str], entries: list[Any]) -> bool:
    for page in range(1, PAGES + 1):
        found, has_more = asking.of_each(path, ids, page=page, sort="creation", order="asc")
        entries += found
        if not has_more:
            return True
    return False
