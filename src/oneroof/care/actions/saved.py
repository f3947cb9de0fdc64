"""Saved replies, which everyone shares, and saved views, which are one's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.errors import CareError
from oneroof.care.models import SavedReply, SavedView
from oneroof.care.queries.inbox import VIEWS, Filters
from oneroof.care.rules.placeholders import KNOWN, unknown_placeholders
from oneroof.core import clock

MOST_VIEWS = 30


@transaction.atomic
def write_saved_reply(
    actor: User,
    name: str,
    lang: str,
    text: str,
    *,
    expires_at: datetime | None = None,
    saved_id: int | None = None,
) -> SavedReply:
    """Make one, or change the one of that id. Whoever approves has reviewed what they write."""
    demand(actor, Permission.STEER if saved_id else Permission.ANSWER)
    _check(name, text)
    reviews = actor.may(Permission.STEER)
    before = _text_of(saved_id)
    columns = {
        "name": name.strip(),
        "lang": lang.strip()[:12] or "en",
        "text": text.strip(),
        "expires_at": expires_at,
        "changed_at": clock.now(),
        "reviewed_by": actor if reviews else None,
        "reviewed_at": clock.now() if reviews else None,
    }
    try:
        with transaction.atomic():
            if saved_id is None:
                saved = SavedReply.objects.create(owner=actor, **columns)
            else:
                saved = SavedReply.objects.get(pk=saved_id)
                _overwrite(saved, columns)
    except IntegrityError as error:
        raise CareError(_("There is a saved reply of that name in that language.")) from error
    audit.record(
        actor, "saved_reply.written", on=saved, name=saved.name, before=before, after={"text": saved.text}
    )
    return saved


@transaction.atomic
def review_saved_reply(actor: User, saved_id: int) -> SavedReply:
    demand(actor, Permission.STEER)
    saved = SavedReply.objects.select_for_update().get(pk=saved_id)
    saved.reviewed_by, saved.reviewed_at = actor, clock.now()
    saved.save(update_fields=["reviewed_by", "reviewed_at"])
    audit.record(actor, "saved_reply.reviewed", on=saved, name=saved.name)
    return saved


@transaction.atomic
def delete_saved_reply(actor: User, saved_id: int) -> None:
    demand(actor, Permission.STEER)
    saved = SavedReply.objects.get(pk=saved_id)
    audit.record(actor, "saved_reply.deleted", on=saved, name=saved.name, before={"text": saved.text})
    saved.delete()


@transaction.atomic
def save_view(actor: User, name: str, view: str, filters: Mapping[str, Any]) -> SavedView:
    """Keep a list with its filters under a name; the same name again changes it."""
    demand(actor, Permission.READ_CONVERSATIONS)
    if not name.strip() or view not in VIEWS:
        raise CareError(_("A saved view has a name and a list."))
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    name = name.strip()[:80]
    if SavedView.objects.filter(owner=actor).exclude(name=name).count() >= MOST_VIEWS:
        raise CareError(_("Thirty saved views are the most that one person has: delete one first."))
    saved, _is_new = SavedView.objects.update_or_create(
        owner=actor,
        name=name,
        defaults={"view": view, "filters": Filters.of(filters).as_dict()},
    )
    audit.record(actor, "saved_view.written", on=saved, after={"view": view, "filters": saved.filters})
    return saved


@transaction.atomic
def delete_view(actor: User, view_id: int) -> None:
    demand(actor, Permission.READ_CONVERSATIONS)
    saved = SavedView.objects.get(pk=view_id, owner=actor)
    audit.record(actor, "saved_view.deleted", on=saved)
    saved.delete()


def _overwrite(saved: SavedReply, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        setattr(saved, column, value)
    saved.save(update_fields=list(columns))


def _check(name: str, text: str) -> None:
    if not name.strip() or not text.strip():
        raise CareError(_("A saved reply has a name and a text."))
    if unknown := unknown_placeholders(text):
        raise CareError(
            _("There is no placeholder “%(name)s”. There are: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(KNOWN)}
        )


def _text_of(saved_id: int | None) -> dict[str, str]:
    if saved_id is None:
        return {}
    return {"text": SavedReply.objects.select_for_update().get(pk=saved_id).text}
