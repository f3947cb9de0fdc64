"""An article is flagged where something shows that it may be wrong; its owner hears of it, a review clears it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.articles import audited, locked_article, set_reviewed
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Article, Entry, Flag, Kind, Member, Reason, Status
from oneroof.core import clock
from oneroof.notify.actions import tell, withdraw


@transaction.atomic
def raise_flag(entry_id: int, reason: Reason, key: str, *, again: bool = False, **shown: Any) -> Flag | None:
    """Once a reason and key, until a review; None where there is nothing new.

    ``again`` is for what is still so after a review. ``shown`` is what shows it: path, told, words, by, post.
    """
    entry = Entry.objects.select_for_update(of=("self",)).filter(pk=entry_id, status=Status.PUBLISHED).first()
    if entry is None or entry.kind != Kind.ARTICLE or entry.deleted_at:
        return None
    made, is_new = Flag.objects.get_or_create(entry=entry, reason=reason, key=key[:300], defaults=shown)
    if not is_new and not (again and made.cleared_at):
        return None
    if not is_new:
        made.cleared_at, made.cleared_by, made.at = None, None, clock.now()
        made.save(update_fields=["cleared_at", "cleared_by", "at"])
    _tell_owner(entry, made)
    return made


@transaction.atomic
def flag_article(actor: User, entry_id: int, words: str, *, path: str = "") -> Flag:
    """Somebody says that it is wrong; said again before a review, the last word counts. ``path`` shows why."""
    demand(actor, Permission.TAKE_PART)
    entry, _article = locked_article(actor, entry_id)
    words = " ".join(words.replace("\0", "").split())[:300]
    if not words:
        raise CommunityError(_("Say what is wrong: its owner reads it."))
    if entry.status != Status.PUBLISHED:
        raise CommunityError(_("That can’t be done with it as it stands now."))
    member = member_of(actor)
    key = f"member:{member.pk}"
    raise_flag(entry.pk, Reason.TOLD, key, again=True, words=words, by=member, path=path[:300])
    flag = Flag.objects.get(entry=entry, reason=Reason.TOLD, key=key)
    flag.words, flag.path = words, path[:300]
    flag.save(update_fields=["words", "path"])
    audited(actor, "flagged", entry)
    return flag


@transaction.atomic
def review_article(actor: User, entry_id: int) -> Entry:
    """Its owner or a moderator says that it is right as it stands: all signs of age are cleared."""
    entry, article = locked_article(actor, entry_id)
    demand_keeper(actor, article)
    if entry.status != Status.PUBLISHED:
        raise CommunityError(_("That can’t be done with it as it stands now."))
    member = member_of(actor)
    clear_flags(entry, member)
    set_reviewed(article, member)
    audited(actor, "reviewed", entry)
    return entry


def clear_flags(entry: Entry, member: Member) -> None:
    """The caller holds the entry's lock."""
    open_ones = Flag.objects.filter(entry=entry, cleared_at=None)
    open_ones.update(cleared_at=clock.now(), cleared_by=member)
    for reason in Reason:
        withdraw(_key(entry, reason))


def demand_keeper(actor: User, article: Article) -> None:
    is_owner = article.owner is not None and article.owner.user_id == actor.pk
    if not (is_owner or actor.may(Permission.MODERATE)):
        raise NotAllowed(Permission.MODERATE)


def _tell_owner(entry: Entry, flag: Flag) -> None:
    """Once a reason until it is reviewed. What nobody owns, moderators hear of."""
    owner = Article.objects.filter(entry=entry).values_list("owner__user", flat=True).first()
    people = User.objects.active().filter(pk=owner) if owner else User.objects.who_may(Permission.STEER)
    tell(
        [each for each in people if Entry.objects.visible_to(each).filter(pk=entry.pk).exists()],
        key=_key(entry, flag.reason),
        kind="community_stale",
        title=_("%(reason)s: %(title)s") % {"reason": flag.get_reason_display(), "title": entry.title},
        path=f"{entry.get_absolute_url()}#freshness",
    )


def _key(entry: Entry, reason: str) -> str:
    """Anew after each review: what one has read of the last one is over."""
    moment = Article.objects.filter(entry=entry).values_list("reviewed_at", flat=True).first()
    return f"article-stale:{entry.pk}:{reason}:{moment.timestamp() if moment else 0:.0f}"
