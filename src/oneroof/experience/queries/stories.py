"""Each piece of work since a moment with what was done in it, in as many queries for ten as for ten thousand."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from oneroof.accounts.models import AuditEntry, Department
from oneroof.care.models import Conversation, Note, PastWork, Reply, ReplyState
from oneroof.experience.rules.helping import Story, Told

MOMENTS = ("opened_at", "first_response_at", "resolved_at", "outcome")
DEEDS = {
    "conversation.handed_on": "handings",
    "conversation.closed": "closings",
    "conversation.reopened": "reopenings",
}


def stories(since: datetime) -> list[Story]:
    """Of conversations that were opened, ended or worked at from then on."""
    deeds = list(_deeds(since))
    ids = {key for key, _name, _told in deeds}
    recent = Q(opened_at__gte=since) | Q(resolved_at__gte=since)
    present = Conversation.objects.whole().filter(recent | Q(pk__in=ids))
    past = PastWork.objects.filter(recent)
    found = [
        *(Story(*row) for row in past.values_list("conversation", "conversation__department", *MOMENTS)),
        *(Story(*row) for row in present.values_list("pk", "department", *MOMENTS)),
    ]
    by_key: dict[int, list[Story]] = {}
    for each in sorted(found, key=lambda work: work.opened_at):
        by_key.setdefault(each.key, []).append(each)
    for key, name, told in (*deeds, *_words(since)):
        if story := _at(by_key.get(key, []), told.at):
            getattr(story, name).append(told)
    return found


def _at(works: list[Story], moment: datetime) -> Story | None:
    """The piece of work that was under way then."""
    return next((each for each in reversed(works) if each.opened_at <= moment), None)


def _deeds(since: datetime) -> Iterator[tuple[int, str, Told]]:
    """Of people, by the audit. It names departments as they were called then."""
    named = dict(Department.objects.values_list("name", "pk"))
    rows = AuditEntry.objects.filter(verb__in=DEEDS, at__gte=since, actor__isnull=False).order_by("pk")
    for verb, key, by, at, before, after in rows.values_list(
        "verb", "on_id", "actor", "at", "before", "after"
    ):
        frm, to = (named.get(each.get("department", "")) for each in (before, after))
        yield int(key), DEEDS[verb], Told(by, at, frm, to, after.get("outcome") or "")


def _words(since: datetime) -> Iterator[tuple[int, str, Told]]:
    notes = Note.objects.filter(at__gte=since, author__isnull=False).order_by("at", "pk")
    for key, by, at in notes.values_list("conversation", "author", "at"):
        yield key, "notes", Told(by, at)
    sent = Reply.objects.filter(state=ReplyState.SENT, sent_at__gte=since, author__isnull=False)
    for key, by, sent_at in sent.order_by("sent_at", "pk").values_list("conversation", "author", "sent_at"):
        if sent_at is not None:
            yield key, "replies", Told(by, sent_at)
