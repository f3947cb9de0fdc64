"""A person is taken out of the community: what they wrote goes, and what others wrote there names them no more."""

import re

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from oneroof.accounts.models import AuditEntry
from oneroof.accounts.policies import Role
from oneroof.community import store
from oneroof.community.actions.indexing import index_page
from oneroof.community.belongings import claims_of, letters_to
from oneroof.community.models import (
    Counsel,
    Entry,
    Hold,
    Kind,
    Member,
    Membership,
    Message,
    OldDeed,
    Passage,
    Report,
    Revision,
    Sanction,
    Sought,
    Talk,
    Translation,
)
from oneroof.community.queries.known import members_of_holder
from oneroof.community.rules.addresses import PAGES
from oneroof.core import clock
from oneroof.customers.belongings import Holder
from oneroof.notify.models import DispatchLine, Notice

WIPED = "…"


def erase_writings(holder: Holder) -> int:
    """What they wrote goes. A page on which others wrote stays for their sake, without a word of its asker.

    An account that was brought along leaves a row of nobody, so that the same dump does not bring it back.
    """
    members = list(members_of_holder(holder))
    written = list(Entry.objects.select_for_update().filter(author__in=members).order_by("pk"))
    _wipe([each.pk for each in written])
    _forget_deeds(members, written)
    _forget_notices(members, _pages(written))
    for page in Entry.objects.select_for_update().filter(pk__in=_pages(written), kind=Kind.QUESTION):
        store.recount(page)
    Revision.objects.filter(author__in=members).update(author=None)
    OldDeed.objects.filter(Q(member__in=members) | Q(entry__in=written)).update(member=None, text="")
    letters_to(holder).delete()
    claims_of(holder).delete()
    Translation.objects.filter(by__in=members).delete()
    _end_talks(members)
    Member.objects.filter(pk__in=[each.pk for each in members]).delete()
    Member.objects.bulk_create(map(_of_nobody, filter(_is_numbered, members)))
    pages = {*_pages(written), *_unname(holder)}
    for page_id in Entry.objects.filter(pk__in=pages, deleted_at=None).values_list("pk", flat=True):
        index_page(page_id)
    return len(members) + len(written)


def _pages(written: list[Entry]) -> list[int]:
    return [each.page_id for each in written]


def _wipe(ids: list[int]) -> None:
    """A page that only its asker wrote on goes whole."""
    Passage.objects.filter(entry__in=ids).delete()
    Translation.objects.filter(entry__in=ids).delete()
    Hold.objects.filter(entry__in=ids).update(because=[])
    Report.objects.filter(entry__in=ids).update(note="")
    numbered = Concat(Value(f"{WIPED} "), Cast("pk", CharField()))  # a visitor seeks a text once a day
    Sought.objects.filter(entry__in=ids, outcome=Sought.Outcome.ASKED).update(text=numbered)
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
    sanctions = Sanction.objects.filter(member__in=members)
    messages = Message.objects.filter(author__in=members)
    for kind, ids in (
        ("community.entry", [each.pk for each in written]),
        ("community.member", [each.pk for each in members]),
        ("community.sanction", sanctions.values_list("pk", flat=True)),
        ("community.message", messages.values_list("pk", flat=True)),
    ):
        told = AuditEntry.objects.filter(on_kind=kind, on_id__in=[str(pk) for pk in ids])
        told.update(on_name=WIPED, before={}, after={})
    names = [each.name for each in members]
    AuditEntry.objects.filter(on_kind="community.group", after__member__in=names).update(after={})
    done = AuditEntry.objects.filter(actor__community_member__in=members, actor__role=Role.MEMBER)
    done.update(actor_name=WIPED)


def _end_talks(members: list[Member]) -> None:
    """Whole, for both: what was said between two is nobody's once one of them is gone."""
    talks = Talk.objects.filter(Q(one__in=members) | Q(other__in=members))
    for pk in talks.values_list("pk", flat=True):
        for kept in (Notice, DispatchLine):
            kept.objects.filter(path=f"/talks/{pk}/").delete()
    talks.delete()


def _forget_notices(members: list[Member], pages: list[int]) -> None:
    """Of the pages on which they wrote, and that they asked to join."""
    asked = Membership.objects.filter(member__in=members).values_list("pk", flat=True)
    told = Q(key__in=[f"community-asked:{pk}" for pk in asked])
    if pages:
        places, numbers = "|".join(PAGES.values()), "|".join(map(str, sorted(set(pages))))
        told |= Q(path__regex=rf"^/({places})/({numbers})([/#?]|$)")
    for kept in (Notice, DispatchLine):
        kept.objects.filter(told).delete()


def _unname(holder: Holder) -> set[int]:
    """Others' entries that name them say … instead; on which pages. Their drafts, revisions and translations are
    swept with all other tables, and nothing is found by those."""
    if not holder.pattern:
        return set()
    named, pages = re.compile(holder.pattern, re.IGNORECASE), set()
    for entry in Entry.objects.select_for_update().filter(
        Q(title__iregex=holder.pattern) | Q(body__iregex=holder.pattern)
    ):
        store.change(entry, title=named.sub(WIPED, entry.title), body=named.sub(WIPED, entry.body))
        pages.add(entry.page_id)
    return pages


def _is_numbered(member: Member) -> bool:
    """Ids of tables are names, which would tell who it was."""
    return member.external_id.isdigit()


def _of_nobody(member: Member) -> Member:
    return Member(name=WIPED, external_source=member.external_source, external_id=member.external_id)
