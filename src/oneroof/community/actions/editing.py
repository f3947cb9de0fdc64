"""Change what was written, delete it, bring it back. What it said before is kept."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.admission import SILENCES, demand_not_barred, hold_where_due
from oneroof.community.actions.attaching import keep_files_of
from oneroof.community.actions.members import member_of
from oneroof.community.actions.overturning import overturn_reports
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryEdited, EntryPublished, EntryWithdrawn
from oneroof.community.models import ROOT_KINDS, Entry, Kind, Member, Status
from oneroof.core import clock, events

BY_MODERATORS = (Status.OPEN, Status.KNOWN_PROBLEM)


@transaction.atomic
def edit(
    actor: User,
    entry_id: int,
    *,
    body: str,
    title: str = "",
    tags: str | None = None,
    why: str = "",
    based_on: int | None = None,
) -> Entry:
    """By its author or a moderator. ``based_on`` is the revision that the editor saw: no later one is lost."""
    demand(actor, Permission.TAKE_PART)
    demand_not_barred(actor, SILENCES)
    entry = store.locked(actor, entry_id)
    store.demand_author(actor, entry)
    if entry.kind == Kind.ARTICLE and not (entry.is_unlisted or actor.may(Permission.MODERATE)):
        raise CommunityError(_("It is published: propose the change, and a reviewer looks at it."))
    written = Words(body, title, tags, why, based_on)
    return write_over(actor, entry, written, by=member_of(actor))


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry is to say; ``tags`` is None where they stay."""

    body: str
    title: str = ""
    tags: str | None = None
    why: str = ""
    based_on: int | None = None


def write_over(actor: User, entry: Entry, words: Words, *, by: Member) -> Entry:
    """``by`` is whose words they are. The caller holds the entry's lock and has asked for the permission."""
    latest = latest_revision(entry)
    if words.based_on is not None and words.based_on != latest:
        raise CommunityError(_("Somebody changed it meanwhile. Look at what it says now, and edit that."))
    wanted: dict[str, Any] = {"body": store.written(words.body)}
    if entry.kind in ROOT_KINDS:
        wanted["title"] = store.titled(words.title)
    before = sorted(entry.tags.values_list("name", flat=True))
    may_tag = words.tags is not None and entry.kind in ROOT_KINDS
    names = sorted(store.tag_as(entry, words.tags or "")) if may_tag else before
    if names == before and all(getattr(entry, name) == value for name, value in wanted.items()):
        return entry
    store.change(entry, **wanted, edited_at=clock.now())
    store.change(entry.root or entry, active_at=clock.now())
    store.keep_revision(entry, latest + 1, by, names, words.why)
    keep_files_of(entry, by)
    store.audited(actor, "edited", entry, why=words.why)
    if hold_where_due(actor, entry):
        events.publish(EntryWithdrawn(entry.pk, entry.kind))
    elif not entry.is_unlisted:
        events.publish(EntryEdited(entry.pk, entry.kind))
    return entry


def latest_revision(entry: Entry) -> int:
    """0 where it was brought along without its history."""
    return entry.revisions.order_by("-number").values_list("number", flat=True).first() or 0


@transaction.atomic
def delete(actor: User, entry_id: int) -> Entry:
    """By its author or a moderator; nobody else sees it from then on. A question that has answers stays."""
    demand(actor, Permission.TAKE_PART)
    entry = store.locked(actor, entry_id)
    store.demand_author(actor, entry)
    if entry.answers and not actor.may(Permission.MODERATE):
        raise CommunityError(_("People have answered this. Ask a moderator to take it away."))
    if entry.deleted_at is None:
        store.change(entry, deleted_at=clock.now())
        recount_page(entry)
        store.audited(actor, "deleted", entry)
        events.publish(EntryWithdrawn(entry.pk, entry.kind))
    return entry


@transaction.atomic
def restore(actor: User, entry_id: int) -> Entry:
    demand(actor, Permission.MODERATE)
    entry = store.locked(actor, entry_id)
    if entry.deleted_at is not None:
        store.change(entry, deleted_at=None)
        recount_page(entry)
        store.audited(actor, "restored", entry)
        overturn_reports(entry)
        events.publish(EntryPublished(entry.pk, entry.kind))
    return entry


@transaction.atomic
def set_standing(actor: User, question_id: int, status: str) -> Entry:
    """A moderator says that it is a known problem, or an open question again."""
    demand(actor, Permission.MODERATE)
    question = store.locked(actor, question_id)
    if question.kind != Kind.QUESTION or status not in BY_MODERATORS:
        raise CommunityError(_("That can’t be said of this."))
    if question.status != status:
        store.change(question, status=status)
        store.recount(question)
        store.audited(actor, "standing_set", question, status=status)
    return question


def recount_page(entry: Entry) -> None:
    if entry.root is not None and entry.root.kind == Kind.QUESTION:
        store.recount(entry.root)
