"""What the community keeps of a person: their account here, and what they wrote."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from oneroof.community.models import (
    AccountClaim,
    Attachment,
    Entry,
    GroupInvitation,
    Member,
    Membership,
    Message,
    OldDeed,
    Proposal,
    Report,
    Sanction,
    Translation,
)
from oneroof.community.queries.known import members_of_holder
from oneroof.customers.belongings import Holder, Names

MEMBER = ("id", "name", "about", "place", "languages", "joined_at", "claim_email")
ENTRY = ("id", "kind", "created_at", "group__name", "title", "body", "lang", "product", "version")
PROPOSAL = ("id", "at", "entry_id", "title", "body", "tags", "why", "state")
MEMBERSHIP = ("group__name", "state", "since")
TRANSLATION = ("id", "entry_id", "lang", "title", "body", "at")
FILE = ("id", "name", "kind", "size", "at")
REPORT = ("at", "entry_id", "reason", "note", "outcome")
DEED = ("at", "what", "post", "text")
SANCTION = ("kind", "at", "reason", "ends_at", "lifted_at", "appeal", "appeal_answer")


def writings_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    members = members_of_holder(holder)
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
    yield "invitation", letters_to(holder).values("group__name", "email", "made_at")
    yield "letter about an old account", claims_of(holder).values("email", "asked_at", "used_at")


def names_of_holder(holder: Holder) -> Names:
    """The addresses of their accounts, and the links by which texts mention them."""
    members = members_of_holder(holder)
    addresses = {each for pair in members.values_list("user__email", "claim_email") for each in pair if each}
    forms = [rf"\[@[^\]\n]*\]\(/m/{pk}\)" for pk in members.order_by("pk").values_list("pk", flat=True)]
    return Names(sorted(addresses), forms)


def letters_to(holder: Holder) -> QuerySet[GroupInvitation]:
    """That invite one of their addresses into a group."""
    return GroupInvitation.objects.filter(email__in=holder.addresses)


def claims_of(holder: Holder) -> QuerySet[AccountClaim]:
    """Letters that went to one of their addresses for the sake of an old account."""
    return AccountClaim.objects.filter(email__in=holder.addresses)
