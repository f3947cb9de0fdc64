"""What a member's answers spared us: those who said that it solved their case, at what a contact costs."""

from collections.abc import Sequence

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from oneroof.community.models import Sought
from oneroof.community.queries.known import members_of
from oneroof.customers.worth import Amount, Bounds
from oneroof.insight.models import Contact
from oneroof.recognition.models import Contribution


def worth_of(_rows: Sequence[int], identity_ids: Sequence[int]) -> Sequence[Amount]:
    """Between nothing, where none of them would have contacted us, and the whole, where all would have."""
    members = members_of(identity_ids)
    if not members:
        return []
    given = Contribution.objects.standing().filter(member__in=members, kind=Contribution.Kind.ACCEPTED)
    answers, questions = given.values("entry"), given.values("entry__root")
    shown = Sought.objects.filter(
        Q(entry__in=answers) | Q(entry__in=questions), outcome=Sought.Outcome.SOLVED
    )
    spared = shown.count()
    cost = Contact.objects.filter(cost__isnull=False).aggregate(mean=Avg("cost"), rows=Count("pk"))
    if not spared:
        return []
    if cost["mean"] is None:
        how = _("People whom their answers helped: without a price, since no logged contact has a cost.")
        return [Amount(_("Contacts avoided"), "", None, spared, "help", how)]
    how = _(
        "%(count)s people said that it solved their case, at %(mean)s a contact, the mean of %(rows)s logged. "
        "How many of them would have contacted us is not measured: between none and all."
    ) % {"count": spared, "mean": f"{cost['mean']:.2f}", "rows": cost["rows"]}
    return [Amount(_("Contacts avoided"), "", Bounds(0, spared * float(cost["mean"])), spared, "help", how)]
