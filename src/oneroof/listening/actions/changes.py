"""What a source says again of posts that we have: edited, gone, or heard of by more people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from oneroof.core import clock
from oneroof.listening.actions.keys import Key, Keys
from oneroof.listening.actions.posts import danger_of, facts_of, reasons_of, risk_of
from oneroof.listening.enrich import Enriched, bounded
from oneroof.listening.models import Mention, Post, Source
from oneroof.listening.need_model import current_model

REACH = ("followers", "reposts", "likes")


def apply_changes(source: Source, keys: Keys, latest: Mapping[str, Enriched]) -> list[int]:
    """Bring posts up to date with what came last of each; the ids of those whose text changed or went.

    A mention that the new text no longer deserves stays: it was caught, and somebody may be at work on it.
    """
    known = [(key, latest[heard.external_id]) for key, heard in keys.known]
    known += [
        (key, latest[heard.external_id]) for key, heard in keys.new if latest[heard.external_id].raw.deleted
    ]
    stored = {post.pk: post for post in _stored(source, known)}
    gone, changed = [], []
    for key, heard in known:
        post = stored.get(key.id)
        if post is None or post.gone_at is not None:
            continue
        if heard.raw.deleted:
            gone.append(post)
        elif _is_edited(post, heard):
            _rewrite(post, heard, key)
        else:
            _refresh_reach(post, heard)
            continue
        changed.append(post.pk)
    _mark_gone(gone)
    return changed


def _stored(source: Source, known: Sequence[tuple[Key, Enriched]]) -> Sequence[Post]:
    ids = [key.id for key, _post in known]
    return list(Post.objects.filter(pk__in=ids, source=source).defer("words")) if ids else []


def _is_edited(post: Post, heard: Enriched) -> bool:
    """An older version that comes late does not overwrite a newer one."""
    if post.text == heard.text:
        return False
    return heard.raw.edited_at is None or post.edited_at is None or heard.raw.edited_at > post.edited_at


def _mark_gone(posts: Sequence[Post]) -> None:
    """Their texts go, that they were there stays. In one go, for of a whole network many go at once."""
    if posts:
        Post.objects.filter(
            pk__in=[post.pk for post in posts], said_at__in={post.said_at for post in posts}
        ).update(text="", words="", author_name="", gone_at=clock.now(), need=0, need_reasons=[], risk=None)


def _rewrite(post: Post, heard: Enriched, key: Key) -> None:
    reach = _reach(post, heard)
    facts = facts_of(
        replace(
            heard,
            raw=replace(
                heard.raw, reposts=reach["reposts"], followers=reach["followers"], likes=reach["likes"]
            ),
        ),
        answers_us=False,
        thread_answered=False,
        author_posts=0,
        is_near_copy=post.first_copy_id is not None,
    )
    need, danger = current_model().score(facts, heard.judged.told), danger_of(heard, facts)
    Post.objects.filter(pk=post.pk, said_at=post.said_at).update(
        text=heard.text,
        words=heard.judged.words,
        lang=heard.lang,
        feeling=heard.judged.feeling,
        has_link=heard.has_link,
        has_question=heard.has_question,
        need=need.score,
        need_reasons=reasons_of(need).obj,
        risk=(made := risk_of(danger)) and made.obj,
        edited_at=heard.raw.edited_at or clock.now(),
        **reach,
    )
    Mention.objects.bulk_create(
        (Mention(watch_id=watch, post_id=key.id, said_at=post.said_at) for watch in heard.watches),
        ignore_conflicts=True,
    )


def _refresh_reach(post: Post, heard: Enriched) -> None:
    reach = _reach(post, heard)
    if any(count != getattr(post, name) for name, count in reach.items()):
        Post.objects.filter(pk=post.pk, said_at=post.said_at).update(**reach)


def _reach(post: Post, heard: Enriched) -> dict[str, int | None]:
    """As it is now; where that is not told, as it was."""
    told = {name: bounded(getattr(heard.raw, name)) for name in REACH}
    return {name: getattr(post, name) if count is None else count for name, count in told.items()}
