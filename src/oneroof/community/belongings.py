"""What the community keeps of a person: their account here, and what they wrote."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from oneroof.accounts.models import AuditEntry
from oneroof.accounts.policies import Role
from oneroof.community import store
from oneroof.community.models import (
    AccountClaim,
    Attachment,
    Counsel,
    Entry,
    GroupInvitation,
    Hold,
    Kind,
    Member,
    Membership,
    Message,
    OldDeed,
    Passage,
    Proposal,
    Report,
    Revision,
    Sanction,
    Talk,
    Translation,
)
from oneroof.community.rules.addresses import PAGES
from oneroof.core import clock
from oneroof.customers.belongings import Holder
from oneroof.customers.models import Identity
from oneroof.notify.models import DispatchLine, Notice

MEMBER = ("id", "name", "about", "place", "languages", "joined_at", "claim_email")
ENTRY = ("id", "kind", "created_at", "group__name", "title", "body", "lang", "product", "version")
PROPOSAL = ("id", "at", "entry_id", "title", "body", "tags", "why", "state")
MEMBERSHIP = ("group__name", "state", "since")
TRANSLATION = ("id", "entry_id", "lang", "title", "body", "at")
FILE = ("id", "name", "kind", "size", "at")
REPORT = ("at", "entry_id", "reason", "note", "outcome")
DEED = ("at", "what", "post", "text")
SANCTION = ("kind", "at", "reason", "ends_at", "lifted_at", "appeal", "appeal_answer")
WIPED = "…"


def writings_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    members = _members(holder)
    for row in members.order_by("pk").values(*MEMBER):
        yield {"kind": "member", **row}
    yield from Entry.objects.filter(author__in=members).order_by("pk").values(*ENTRY)
    for file in Attachment.objects.filter(by__in=members).order_by("pk").values(*FILE):
        yield {**file, "media_type": file["kind"], "kind": "file"}
    for kind, kept in _kept_of(members, holder):
        for row in kept.order_by("pk"):
            yield {"kind": kind, **row}
    yield from Sanction.objects.filter(member__in=members).order_by("pk").values(*SANCTION)


def _kept_of(members: QuerySet[Member], holder: Holder) -> Iterable[tuple[str, QuerySet[Any, Any]]]:
    yield "translation", Translation.objects.filter(by__in=members).values(*TRANSLATION)
    yield "proposed change", Proposal.objects.filter(author__in=members).values(*PROPOSAL)
    yield "membership", Membership.objects.filter(member__in=members).values(*MEMBERSHIP)
    yield "report", Report.objects.filter(member__in=members).values(*REPORT)
    yield "deed in the community before", OldDeed.objects.filter(member__in=members).values(*DEED)
    yield "message", Message.objects.filter(author__in=members).values("at", "talk_id", "body")
    yield "invitation", _letters(holder).values("group__name", "email", "made_at")
    yield "letter about an old account", _claims(holder).values("email", "asked_at", "used_at")


def erase_writings(holder: Holder) -> int:
    """What they wrote goes. A page on which others wrote stays for their sake, without a word of its asker.

    An account that was brought along leaves a row of nobody, so that the same dump does not bring it back.
    """
    members = list(_members(holder))
    written = list(Entry.objects.select_for_update().filter(author__in=members).order_by("pk"))
    _wipe([each.pk for each in written])
    _forget_deeds(members, written)
    _forget_notices(_pages(written))
    for page in Entry.objects.select_for_update().filter(pk__in=_pages(written), kind=Kind.QUESTION):
        store.recount(page)
    Revision.objects.filter(author__in=members).update(author=None)
    OldDeed.objects.filter(Q(member__in=members) | Q(entry__in=written)).update(member=None, text="")
    _letters(holder).delete()
    _claims(holder).delete()
    Translation.objects.filter(by__in=members).delete()
    _end_talks(members)
    Member.objects.filter(pk__in=[each.pk for each in members]).delete()
    Member.objects.bulk_create(map(_of_nobody, filter(_is_numbered, members)))
    return len(members) + len(written)


def _members(holder: Holder) -> QuerySet[Member]:
    """Whom listening knows by what they wrote here, and who proves by one of their addresses who they are."""
    heard = Identity.objects.filter(pk__in=holder.identity_ids, network="community")
    numbers = [handle.removeprefix("member-") for handle in heard.values_list("handle", flat=True)]
    known = [int(number) for number in numbers if number.isdigit()]
    addresses = [mark for mark in holder.marks if "@" in mark]
    theirs = Q(pk__in=known) | Q(claim_email__in=addresses) | Q(user__email__in=addresses)
    found = Member.objects.filter(theirs)
    return Member.objects.filter(Q(pk__in=found) | Q(merged_into__in=found))


def _letters(holder: Holder) -> QuerySet[GroupInvitation]:
    """That invite one of their addresses into a group."""
    return GroupInvitation.objects.filter(email__in=[mark for mark in holder.marks if "@" in mark])


def _claims(holder: Holder) -> QuerySet[AccountClaim]:
    """Letters that went to one of their addresses for the sake of an old account."""
    return AccountClaim.objects.filter(email__in=[mark for mark in holder.marks if "@" in mark])


def _pages(written: list[Entry]) -> list[int]:
    return [each.page_id for each in written]


def _wipe(ids: list[int]) -> None:
    """A page that only its asker wrote on goes whole."""
    Passage.objects.filter(entry__in=ids).delete()
    Translation.objects.filter(entry__in=ids).delete()
    Hold.objects.filter(entry__in=ids).update(because=[])
    Counsel.objects.filter(entry__in=ids).delete()
    Revision.objects.filter(entry__in=ids).delete()
    others = Entry.objects.filter(root=OuterRef("pk"), deleted_at=None).exclude(pk__in=ids)
    mine = Entry.objects.filter(pk__in=ids)
    kept = list(mine.filter(Exists(others), root=None).values_list("pk", flat=True))
    mine.exclude(pk__in=kept).filter(deleted_at=None).update(deleted_at=clock.now())
    mine.filter(root=None).update(title=WIPED)
    mine.update(body="", author=None, product="", version="", lang=None)


def _forget_deeds(members: list[Member], written: list[Entry]) -> None:
    """That something was done stays; what it said, and a customer's name, go."""
    on = AuditEntry.objects.filter(on_kind="community.entry", on_id__in=[str(each.pk) for each in written])
    on.update(on_name=WIPED, before={}, after={})
    said = AuditEntry.objects.filter(on_kind="community.sanction", on_id__in=_sanctions(members))
    said.update(on_name=WIPED, before={}, after={})
    done = AuditEntry.objects.filter(actor__community_member__in=members, actor__role=Role.MEMBER)
    done.update(actor_name=WIPED)


def _end_talks(members: list[Member]) -> None:
    """Whole, for both: what was said between two is nobody's once one of them is gone."""
    talks = Talk.objects.filter(Q(one__in=members) | Q(other__in=members))
    for pk in talks.values_list("pk", flat=True):
        for kept in (Notice, DispatchLine):
            kept.objects.filter(path=f"/talks/{pk}/").delete()
    talks.delete()


def _sanctions(members: list[Member]) -> list[str]:
    return [str(pk) for pk in Sanction.objects.filter(member__in=members).values_list("pk", flat=True)]


def _forget_notices(pages: list[int]) -> None:
    for page in pages:
        for kept in (Notice, DispatchLine):
            for place in PAGES.values():
                kept.objects.filter(path__startswith=f"/{place}/{page}/").delete()


def _is_numbered(member: Member) -> bool:
    """Ids of tables are names, which would tell who it was."""
    return member.external_id.isdigit()


def _of_nobody(member: Member) -> Member:
    return Member(name=WIPED, external_source=member.external_source, external_id=member.external_id)
