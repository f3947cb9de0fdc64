"""What listening keeps of a person: posts, and others' words that name them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from oneroof.core import clock
from oneroof.customers.belongings import Holder
from oneroof.listening.board import next_version
from oneroof.listening.models import CopyBand, Post, PostKey, RejectedPost, Watch
from oneroof.listening.words_vector import words_vector
from oneroof.notify.models import DispatchLine, Notice

TOLD = ("id", "said_at", "source__name", "author_handle", "author_name", "text", "url", "kind", "lang")
WIPED = "…"
NOBODY = "nobodyatall"
"""In queries, which need a word that can be looked for."""


def posts_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    yield from Post.objects.filter(identity_id__in=holder.identity_ids).order_by("said_at").values(*TOLD)


def erase_posts(holder: Holder) -> int:
    """That a post was there stays, as one deleted at the source: hearing it again brings nothing back."""
    posts = Post.objects.filter(identity_id__in=holder.identity_ids)
    ids = list(posts.values_list("pk", flat=True))
    _name_anew(posts.values_list("pk", "external_id"), holder)
    return wipe_posts(posts, ids) + _unname(holder) + _drop_rejected(holder) + _unname_watches(holder)


def count_posts(holder: Holder) -> int:
    return Post.objects.filter(identity_id__in=holder.identity_ids).count()


def erase_some_posts(holder: Holder, most: int) -> int:
    theirs = Post.objects.filter(identity_id__in=holder.identity_ids)
    ids = list(theirs.order_by("said_at").values_list("pk", flat=True)[:most])
    posts = Post.objects.filter(pk__in=ids)
    _name_anew(posts.values_list("pk", "external_id"), holder)
    return wipe_posts(posts, ids)


def wipe_posts(posts: QuerySet[Post], ids: list[int]) -> int:
    """That they were there stays, and what is counted of them without a word."""
    _forget_notices(ids)
    CopyBand.objects.filter(post_id__in=ids).delete()
    posts.update(
        text="", words="", author_handle="", author_handle_folded="", author_name="", url="", identity=None,
        need=0, need_reasons=[], risk=None, feeling=None, gone_at=clock.now(),
    )  # fmt: skip
    return len(ids)


def _name_anew(posts: Iterable[tuple[int, str]], holder: Holder) -> None:
    """An id that tells who wrote gives way to a number; the same is heard anew, if its source still shows it."""
    marks = [mark.casefold() for mark in holder.marks]
    for post_id, external_id in posts:
        if any(mark in external_id.casefold() for mark in marks):
            PostKey.objects.filter(pk=post_id).update(external_id=f"erased:{post_id}")
            Post.objects.filter(pk=post_id).update(external_id=f"erased:{post_id}")


def _forget_notices(ids: list[int]) -> None:
    paths = [f"/desk/listen/posts/{each}/" for each in ids]
    keys = Q(path__in=paths)
    for each in ids:
        keys |= Q(key__endswith=f"post:{each}")
    Notice.objects.filter(keys).delete()
    DispatchLine.objects.filter(keys).delete()


def _unname(holder: Holder) -> int:
    """Others' posts that name them say … instead, and are found by it no more."""
    if not holder.pattern:
        return 0
    named, changed = re.compile(holder.pattern, re.IGNORECASE), 0
    for post in Post.objects.filter(text__iregex=holder.pattern).defer("words"):
        text = named.sub(WIPED, post.text)
        changed += Post.objects.filter(pk=post.pk, said_at=post.said_at).update(
            text=text, words=words_vector(text)
        )
    return changed


def _unname_watches(holder: Holder) -> int:
    """What looks for them looks for nobody: a query that cannot be read would stop all others, too."""
    if not holder.pattern:
        return 0
    named, watches = re.compile(holder.pattern, re.IGNORECASE), Watch.objects.select_for_update()
    found = list(watches.filter(query__iregex=holder.pattern).order_by("pk"))
    for watch in found:
        query = named.sub(lambda mark: f"@{NOBODY}" if mark[0].startswith("@") else NOBODY, watch.query)
        Watch.objects.filter(pk=watch.pk).update(query=query, version=next_version())
    return len(found)


def _drop_rejected(holder: Holder) -> int:
    return RejectedPost.objects.filter(raw__iregex=holder.pattern).delete()[0] if holder.pattern else 0
