"""The ledger follows what is true: what its sources show is added, what they show no more is revoked.

Each function may be called any number of times, in any order, and ends in the same ledger. What a person took back
stays taken back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission, Role
from oneroof.care.models import Reply, ReplyState
from oneroof.community.models import Entry, Kind, Member, Report, Revision, Status, Vote
from oneroof.core import clock
from oneroof.recognition.actions.standing import restand
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Contribution
from oneroof.recognition.rules.ledger import POINTS, is_freshening


@dataclass(frozen=True, slots=True)
class Due:
    """A line that the ledger should have."""

    source: str
    kind: str
    member_id: int
    at: datetime
    entry_id: int | None = None
    giver_id: int | None = None


@transaction.atomic
def settle_entry(entry_id: int) -> None:
    """Make the ledger agree with one entry: its acceptance, votes, revisions, adoption, reports."""
    entry = Entry.objects.select_for_update(of=("self",)).select_related("root").filter(pk=entry_id).first()
    due = {line.source: line for line in (_due(entry) if entry else ())}
    _settle(due, Contribution.objects.filter(entry_id=entry_id))


@transaction.atomic
def settle_reply(reply_id: int) -> None:
    """A volunteer's reply that stands on an outside network."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("author").get(pk=reply_id)
    source = f"reply:{reply.pk}"
    due = {}
    if reply.state == ReplyState.SENT and reply.author and reply.author.role == Role.VOLUNTEER:
        member = _member_of(reply.author)
        due[source] = Due(source, Contribution.Kind.REPLY, member.pk, reply.sent_at or reply.changed_at)
    _settle(due, Contribution.objects.filter(source=source))


def settle_all() -> int:
    """Rebuild from the sources; returns how many entries and replies were looked at."""
    entries = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    replies = list(
        Reply.objects.filter(state=ReplyState.SENT, author__role=Role.VOLUNTEER).values_list("pk", flat=True)
    )
    for entry_id in entries:
        settle_entry(entry_id)
    for reply_id in replies:
        settle_reply(reply_id)
    return len(entries) + len(replies)


@transaction.atomic
def take_back(actor: User, ids: Iterable[int], *, because: str) -> int:
    """Revoke lines for good, whatever their sources show; returns how many stood until now."""
    demand(actor, Permission.STEER)
    if not because.strip():
        raise RecognitionError(_("Say why: whoever loses the points can read it."))
    rows = list(Contribution.objects.standing().filter(pk__in=list(ids)).select_for_update())
    for row in rows:
        row.revoked_at, row.revoked_by, row.because = clock.now(), actor, because.strip()[:300]
        row.save(update_fields=["revoked_at", "revoked_by", "because"])
        audit.record(actor, "contribution.taken_back", on=row, after={"because": row.because})
    restand({row.member_id for row in rows})
    return len(rows)


def _settle(due: Mapping[str, Due], known: "Iterable[Contribution]") -> None:
    rows = list(known)
    standing = {row.source: row for row in rows if row.revoked_at is None}
    judged = {row.source for row in rows if row.revoked_by_id}
    gone = [row for source, row in standing.items() if not _is_the_same(row, due.get(source))]
    for row in gone:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
    kept = set(standing) - {row.source for row in gone}
    new = [_row(line) for source, line in due.items() if source not in kept | judged]
    Contribution.objects.bulk_create(new)
    restand({row.member_id for row in [*gone, *new]})


def _is_the_same(row: Contribution, line: Due | None) -> bool:
    return line is not None and (row.member_id, row.kind) == (line.member_id, line.kind)


def _row(line: Due) -> Contribution:
    return Contribution(
        member_id=line.member_id,
        kind=line.kind,
        points=POINTS[line.kind],
        source=line.source,
        entry_id=line.entry_id,
        giver_id=line.giver_id,
        at=line.at,
    )


def _due(entry: Entry) -> Iterator[Due]:
    """Nothing for what can't be read, or for what one finds good oneself."""
    yield from _reports(entry)
    if entry.author_id is None or entry.deleted_at or entry.held_at or entry.is_unlisted:
        return
    yield from _accepted(entry)
    yield from _votes(entry)
    yield from _article(entry)
    if entry.kind == Kind.IDEA and entry.status == Status.ADOPTED:
        yield Due(f"idea:{entry.pk}", Contribution.Kind.IDEA, entry.author_id, entry.active_at, entry.pk)


def _reports(entry: Entry) -> Iterator[Due]:
    """Of what a moderator took away; what was overturned since is upheld no more."""
    upheld = Report.objects.filter(entry=entry, outcome=Report.Outcome.UPHELD).exclude(member=entry.author_id)
    for report in upheld.order_by("pk"):
        at = report.decided_at or report.at
        yield Due(f"report:{report.pk}", Contribution.Kind.REPORT, report.member_id, at, entry.pk)


def _accepted(entry: Entry) -> Iterator[Due]:
    asker = entry.root.author_id if entry.root else None
    if entry.kind == Kind.ANSWER and entry.accepted_at and entry.author_id and asker != entry.author_id:
        by = entry.accepted_by_id or asker
        if by != entry.author_id:
            yield Due(
                f"answer:{entry.pk}",
                Contribution.Kind.ACCEPTED,
                entry.author_id,
                entry.accepted_at,
                entry.pk,
                by,
            )


def _votes(entry: Entry) -> Iterator[Due]:
    """Only of known voters: a vote whose giver is hidden can't be checked."""
    if entry.author_id is None or entry.kind == Kind.COMMENT:
        return
    votes = Vote.objects.filter(entry=entry, what__in=(Vote.What.UP, Vote.What.WORKS_TOO))
    for vote in votes.exclude(member=None).exclude(member=entry.author_id).order_by("pk"):
        yield Due(
            f"vote:{vote.pk}", Contribution.Kind.VOTE, entry.author_id, vote.at, entry.pk, vote.member_id
        )


def _article(entry: Entry) -> Iterator[Due]:
    if entry.kind != Kind.ARTICLE or entry.status != Status.PUBLISHED or entry.author_id is None:
        return
    yield Due(f"article:{entry.pk}", Contribution.Kind.ARTICLE, entry.author_id, entry.created_at, entry.pk)
    last = entry.created_at
    for revision in Revision.objects.filter(entry=entry, number__gt=1).order_by("number"):
        if is_freshening(revision.at - last) and revision.author_id:
            yield Due(
                f"revision:{revision.pk}",
                Contribution.Kind.ARTICLE,
                revision.author_id,
                revision.at,
                entry.pk,
            )
        last = revision.at


def _member_of(user: User) -> Member:
    member, _is_new = Member.objects.get_or_create(user=user, defaults={"name": str(user)})
    return member
