"""What a member gave, for the page of the person they are: a timeline, a flag, and what it is worth."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from oneroof.community.queries.known import members_of, people_of_members
from oneroof.customers.flags import Flag, Rows
from oneroof.customers.timeline import Entry
from oneroof.customers.worth import Amount
from oneroof.recognition.models import Contribution

Kind = Contribution.Kind
SUPER_FROM = 10
"""So many answers accepted or replies as a volunteer make a super-user: a convention, said with its figure."""
ICONS = {Kind.ACCEPTED: "circle-check", Kind.VOTE: "thumbs-up", Kind.REPLY: "reply"}


def help_by(identity_ids: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest of what they gave; see :mod:`oneroof.customers.timeline`."""
    members = members_of(identity_ids)
    if not members:
        return []
    given = Contribution.objects.standing().filter(member__in=members, at__lte=until)
    return [
        Entry(
            key=f"help:{each.pk:020}",
            at=each.at,
            icon=ICONS.get(Kind(each.kind), "star"),
            title=each.get_kind_display(),
            text=str(each.entry.root or each.entry) if each.entry else "",
            url=each.entry.get_absolute_url() if each.entry else "",
        )
        for each in given.select_related("entry__root").order_by("-at", "-id")[:limit]
    ]


def flags_of(_rows: Sequence[int], identity_ids: Sequence[int]) -> Sequence[Flag]:
    helped = _given(identity_ids).filter(kind__in=(Kind.ACCEPTED, Kind.REPLY)).count()
    if helped < SUPER_FROM:
        return []
    reason = _("%(count)s answers of theirs were accepted or went out as replies.") % {"count": helped}
    return [Flag("super_user", _("Super-user"), reason)]


def people_flagged(flag: str) -> Rows | None:
    """Rows of people who are a member that is a super-user; None of another flag."""
    if flag != "super_user":
        return None
    given = Contribution.objects.standing().filter(kind__in=(Kind.ACCEPTED, Kind.REPLY)).order_by()
    helping = given.values("member").annotate(helped=Count("pk")).filter(helped__gte=SUPER_FROM)
    return people_of_members(helping.values_list("member", flat=True)).values("born")


def worth_of(_rows: Sequence[int], identity_ids: Sequence[int]) -> Sequence[Amount]:
    """Help and ideas, counted; what help spared us is told by whoever knows the cost of a contact."""
    counts = dict(_given(identity_ids).values_list("kind").annotate(count=Count("pk")).order_by())
    help_given = counts.get(Kind.ACCEPTED, 0) + counts.get(Kind.REPLY, 0)
    ideas = counts.get(Kind.IDEA, 0)
    told = (
        (
            help_given,
            _("Help given"),
            _("Answers accepted, and replies as a volunteer: counted, without a price."),
        ),
        (ideas, _("Ideas adopted"), _("Counted, without a price.")),
    )
    return [Amount(label, "", None, count, "help", how) for count, label, how in told if count]


def _given(identity_ids: Sequence[int]) -> QuerySet[Contribution]:
    return Contribution.objects.standing().filter(member__in=members_of(identity_ids))
