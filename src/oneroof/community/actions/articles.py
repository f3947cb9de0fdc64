"""Articles are drafted, reviewed, published and archived. What is published was looked at by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.following import begin_to_follow
from oneroof.community.actions.members import member_of
from oneroof.community.actions.writing import first_group, language_of, publish
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryPublished, EntryWithdrawn
from oneroof.community.models import Article, Entry, Group, Kind, Member, Sort, Status, groups_read_by
from oneroof.core import clock, events
from oneroof.notify.actions import tell, withdraw

MOST_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class About:
    """What an article is about, beside its words. An empty ``lang`` is detected."""

    product: str = ""
    versions: Sequence[str] = ()
    sort: str = Sort.HOW_TO
    lang: str = ""


@transaction.atomic
def draft_article(
    actor: User,
    title: str,
    body: str,
    *,
    group: Group | None = None,
    tags: str = "",
    about: About | None = None,
    original_id: int | None = None,
    **origin: Any,
) -> Entry:
    """Seen by its author and reviewers until it is published. ``origin`` is ``made_from`` or ``origin_path``."""
    demand(actor, Permission.TAKE_PART)
    about = _checked(about or About())
    original = _original(actor, original_id, about.lang)
    room = original.group if original else _room(actor, group)
    title, body = store.titled(title), store.written(body)
    entry = Entry(
        kind=Kind.ARTICLE,
        group=room,
        title=title,
        body=body,
        status=Status.DRAFT,
        is_unlisted=True,
        product=about.product,
        lang=about.lang or language_of(f"{title}\n{body}"),
    )
    publish(actor, entry, tags=tags)
    begin_to_follow(entry.author, entry)
    told = {"sort": about.sort, "versions": list(about.versions), "original": original, **origin}
    Article.objects.create(entry=entry, owner=entry.author, **told)
    return entry


@transaction.atomic
def describe_article(actor: User, entry_id: int, about: About) -> Entry:
    """Its product, versions, sort and language; by its author while it is a draft, by moderators always."""
    entry, article = locked_article(actor, entry_id)
    demand_writer(actor, entry)
    about = _checked(about)
    lang = about.lang or language_of(f"{entry.title}\n{entry.body}")
    if article.original and lang != entry.lang:
        _refuse_second(article.original, lang, but=entry)
    before = About(entry.product, article.versions, article.sort, entry.lang or "")
    if before == replace(about, versions=list(about.versions), lang=lang or ""):
        return entry
    store.change(entry, product=about.product, lang=lang)
    _change(article, sort=about.sort, versions=list(about.versions))
    audited(actor, "changed", entry, product=about.product, versions=list(about.versions), sort=about.sort)
    return entry


@transaction.atomic
def submit_article(actor: User, entry_id: int) -> Entry:
    """Its author asks for a review; reviewers hear of it."""
    entry, article = locked_article(actor, entry_id)
    store.demand_author(actor, entry)
    if entry.status == Status.IN_REVIEW:
        return entry
    _demand_status(entry, Status.DRAFT)
    store.change(entry, status=Status.IN_REVIEW)
    _change(article, sent_back_because="")
    audited(actor, "submitted", entry)
    tell_reviewers(actor, entry, _("An article waits for review: %(title)s") % {"title": entry.title})
    return entry


@transaction.atomic
def send_back_article(actor: User, entry_id: int, because: str) -> Entry:
    demand(actor, Permission.MODERATE)
    entry, article = locked_article(actor, entry_id)
    because = " ".join(because.split())[:300]
    if not because:
        raise CommunityError(_("Say what is to be done: its author reads it."))
    _demand_status(entry, Status.IN_REVIEW)
    store.change(entry, status=Status.DRAFT)
    _change(article, sent_back_because=because)
    audited(actor, "sent_back", entry, because=because)
    withdraw(f"article-review:{entry.pk}")
    tell_author(actor, entry, _("Your article needs another look: %(title)s"), because, "sent-back")
    return entry


@transaction.atomic
def publish_article(actor: User, entry_id: int) -> Entry:
    """By a moderator who did not write it, or who steers. What was archived comes back the same way."""
    demand(actor, Permission.MODERATE)
    entry, article = locked_article(actor, entry_id)
    if entry.status == Status.PUBLISHED:
        return entry
    if store.is_of(actor, entry) and not actor.may(Permission.STEER):
        raise CommunityError(_("Somebody else reviews what one wrote: ask for a review."))
    store.change(entry, status=Status.PUBLISHED, is_unlisted=False, active_at=clock.now())
    _change(article, published_at=article.published_at or clock.now(), sent_back_because="")
    set_reviewed(article, member_of(actor))
    audited(actor, "published", entry)
    withdraw(f"article-review:{entry.pk}")
    tell_author(actor, entry, _("Your article is published: %(title)s"), "", "published")
    events.publish(EntryPublished(entry.pk, entry.kind))
    return entry


@transaction.atomic
def archive_article(actor: User, entry_id: int) -> Entry:
    """Nobody finds it any more; its author and moderators still read it."""
    demand(actor, Permission.MODERATE)
    entry, _article = locked_article(actor, entry_id)
    if entry.status != Status.ARCHIVED:
        store.change(entry, status=Status.ARCHIVED, is_unlisted=True)
        audited(actor, "archived", entry)
        events.publish(EntryWithdrawn(entry.pk, entry.kind))
    return entry


@transaction.atomic
def set_owner(actor: User, entry_id: int, member_id: int) -> Entry:
    """Who keeps it true: somebody who may read it. Raises Member.DoesNotExist."""
    demand(actor, Permission.MODERATE)
    entry, article = locked_article(actor, entry_id)
    owner = Member.objects.select_related("user").get(pk=member_id)
    if owner.user is None or not Entry.objects.visible_to(owner.user).filter(pk=entry.pk).exists():
        raise CommunityError(_("%(name)s may not read it.") % {"name": owner.name})
    if article.owner_id != owner.pk:
        _change(article, owner=owner)
        begin_to_follow(owner, entry)
        audited(actor, "owner_set", entry, owner=owner.name)
    return entry


def locked_article(actor: User, entry_id: int) -> tuple[Entry, Article]:
    """Raises Entry.DoesNotExist for anything else, and for what the actor may not read."""
    demand(actor, Permission.TAKE_PART)
    entry = store.locked(actor, entry_id)
    if entry.kind != Kind.ARTICLE or entry.deleted_at:
        raise Entry.DoesNotExist
    article, _is_new = Article.objects.select_related("owner", "original__group").get_or_create(entry=entry)
    return entry, article


def set_reviewed(article: Article, by: Member) -> None:
    """As from today; the next review is due after its time. The caller holds the entry's lock."""
    due = clock.now() + timedelta(days=article.review_every)
    _change(article, reviewed_at=clock.now(), reviewed_by=by, review_due_at=due)


def demand_writer(actor: User, entry: Entry) -> None:
    """Its author while it is not published; moderators always."""
    if not actor.may(Permission.MODERATE) and not (store.is_of(actor, entry) and entry.is_unlisted):
        raise NotAllowed(Permission.MODERATE)


def audited(actor: User | None, verb: str, entry: Entry, **after: Any) -> None:
    store.audited(actor, verb, entry, of="article", **after)


def tell_reviewers(actor: User, entry: Entry, title: str) -> None:
    people = [
        each
        for each in User.objects.who_may(Permission.MODERATE).exclude(pk=actor.pk)
        if Entry.objects.visible_to(each).filter(pk=entry.pk).exists()
    ]
    path = entry.get_absolute_url()
    tell(people, key=f"article-review:{entry.pk}", kind="community_review", title=title, path=path)


def tell_author(actor: User, entry: Entry, title: str, body: str, what: str) -> None:
    author = entry.author.user if entry.author else None
    if author is None or author == actor:
        return
    key, path = f"article-{what}:{entry.pk}:{clock.now():%Y%m%d%H%M%S}", entry.get_absolute_url()
    tell(
        [author],
        key=key,
        kind="community_article",
        title=title % {"title": entry.title},
        body=body,
        path=path,
    )


def _change(article: Article, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(article, name, value)
    article.save(update_fields=list(columns))


def _checked(about: About) -> About:
    versions = list(dict.fromkeys(each.strip()[:60] for each in about.versions if each.strip()))
    if len(versions) > MOST_VERSIONS:
        raise CommunityError(_("%(most)d versions at most.") % {"most": MOST_VERSIONS})
    if about.sort not in Sort.values:
        raise CommunityError(_("There is no such kind of article."))
    product = " ".join(about.product.replace("\0", "").split())[:120]
    return About(product, versions, about.sort, about.lang[:12])


def _room(actor: User, group: Group | None) -> Group:
    return groups_read_by(actor).get(pk=group.pk) if group else first_group()


def _original(actor: User, original_id: int | None, lang: str) -> Entry | None:
    """Of a translation, what it began as is the original of both."""
    if original_id is None:
        return None
    found = store.readable(actor, original_id)
    if found.kind != Kind.ARTICLE:
        raise Entry.DoesNotExist
    article = Article.objects.select_related("original__group").filter(entry=found).first()
    original = (article and article.original) or found
    if not lang:
        raise CommunityError(_("Say in which language the translation is."))
    Entry.objects.select_for_update(of=("self",)).get(pk=original.pk)
    _refuse_second(original, lang)
    return original


def _refuse_second(original: Entry, lang: str | None, *, but: Entry | None = None) -> None:
    """One a language, the original's own included."""
    others = Entry.objects.filter(article__original=original, lang=lang, deleted_at=None)
    others = others.exclude(pk=but.pk) if but else others
    if original.lang == lang or others.exists():
        raise CommunityError(_("There is one in this language already."))


def _demand_status(entry: Entry, *wanted: str) -> None:
    if entry.status not in wanted:
        raise CommunityError(_("That can’t be done with it as it stands now."))
