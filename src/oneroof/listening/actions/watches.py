"""Watches are made, changed and deleted, and their catches judged. A change is live with the next batch."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.listening.board import next_version
from oneroof.listening.models import Mention, Watch
from oneroof.listening.past import BACKFILL_DAYS, catch_past
from oneroof.listening.watch_language import parse

KEEP: Any = object()
"""What is not said stays as it is."""


class WatchError(OneroofError):
    """What was asked for the watch cannot be."""


@transaction.atomic
def create_watch(
    actor: User | None,
    name: str,
    query: str,
    *,
    tell: str = Watch.Tell.NEVER,
    department_id: int | None = None,
    owner: User | None = None,
) -> Watch:
    """Make a watch for oneself, or for ``owner``. What it would have caught lately follows in a job.

    Raises WatchSyntaxError, WatchError. Without an actor the program makes it, for ``owner``.
    """
    if actor is not None:
        demand(actor, Permission.OWN_WATCH if owner in (None, actor) else Permission.ANY_WATCH)
    owned_by = owner or actor
    assert owned_by
    if not owned_by.may(Permission.OWN_WATCH):
        raise WatchError(_("%(name)s may not have a watch.") % {"name": owned_by})
    parse(query)
    watch = Watch.objects.create(
        name=_name(name),
        query=query,
        owner=owned_by,
        department_id=department_id,
        tell=_tell(tell),
        version=next_version(),
    )
    audit.record(actor, "watch.created", on=watch, name=watch.name, after=_told(watch))
    backfill_watch.defer(watch_id=watch.pk, version=watch.version)
    return watch


@transaction.atomic
def edit_watch(
    actor: User,
    watch_id: int,
    *,
    name: str = KEEP,
    query: str = KEEP,
    tell: str = KEEP,
    department_id: int | None = KEEP,
) -> Watch:
    """Change what is given. What it caught stays; what a new query would have caught lately is added."""
    watch = _locked(actor, watch_id)
    before = _told(watch)
    if name is not KEEP:
        watch.name = _name(name)
    if tell is not KEEP:
        watch.tell = _tell(tell)
    if department_id is not KEEP:
        watch.department_id = department_id
    if query is not KEEP and query != watch.query:
        parse(query)
        watch.query, watch.version = query, next_version()
        backfill_watch.defer(watch_id=watch.pk, version=watch.version)
    watch.changed_at = clock.now()
    watch.save(update_fields=["name", "query", "tell", "department", "version", "changed_at"])
    audit.record(actor, "watch.changed", on=watch, name=watch.name, before=before, after=_told(watch))
    return watch


@transaction.atomic
def delete_watch(actor: User, watch_id: int) -> None:
    """It catches nothing from now on; what it caught goes with it."""
    watch = _locked(actor, watch_id)
    watch.deleted_at, watch.version = clock.now(), next_version()
    watch.save(update_fields=["deleted_at", "version"])
    Mention.objects.filter(watch=watch).delete()
    audit.record(actor, "watch.deleted", on=watch, name=watch.name, before=_told(watch))


@transaction.atomic
def judge_catch(actor: User, watch_id: int, post_id: int, is_useful: bool | None) -> Mention:
    """Say whether a catch was useful; None takes it back. Raises Mention.DoesNotExist."""
    demand(actor, Permission.HEAR)
    mention = Mention.objects.select_for_update().get(watch_id=watch_id, post_id=post_id)
    before = mention.is_useful
    mention.is_useful = is_useful
    mention.judged_by = None if is_useful is None else actor
    mention.judged_at = None if is_useful is None else clock.now()
    mention.save(update_fields=["is_useful", "judged_by", "judged_at"])
    audit.record(
        actor, "catch.judged", on=mention, before={"is_useful": before}, after={"is_useful": is_useful}
    )
    return mention


@app.task(name="oneroof.listening.backfill_watch", queue="listening")
def backfill_watch(
    *, watch_id: int, version: int, start: str | None = None, before: tuple[int, str] | None = None
) -> int:
    """Catch what was said lately, as if the watch had been there; how many. Not for a version that is over.

    What takes long is done in several jobs, each from where the one before it stopped.
    """
    since = datetime.fromisoformat(start) if start else clock.ago(days=BACKFILL_DAYS)
    place = (before[0], datetime.fromisoformat(before[1])) if before else None
    caught, last = catch_past(watch_id, version, start=since, before=place)
    if last:
        stopped_at = (last[0], last[1].isoformat())
        backfill_watch.defer(watch_id=watch_id, version=version, start=since.isoformat(), before=stopped_at)
    return caught


def _locked(actor: User, watch_id: int) -> Watch:
    demand(actor, Permission.OWN_WATCH)
    watch = Watch.objects.live().select_for_update(no_key=True).get(pk=watch_id)
    if watch.owner_id != actor.pk:
        demand(actor, Permission.ANY_WATCH)
    return watch


def _name(name: str) -> str:
    if not name.strip():
        raise WatchError(_("The watch has no name."))
    return name.strip()[:120]


def _tell(tell: str) -> str:
    if tell not in Watch.Tell.values:
        raise WatchError(_("A watch tells at once, daily or not at all."))
    return tell


def _told(watch: Watch) -> dict[str, Any]:
    return {
        "name": watch.name,
        "query": watch.query,
        "tell": watch.tell,
        "department": watch.department_id,
        "owner": watch.owner_id,
    }
