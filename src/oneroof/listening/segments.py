"""People by what they felt in what they wrote, for segments."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Avg, Count
from django.utils import timezone
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.customers.feelings import MONTHS, last_months
from oneroof.customers.flags import FELT_BAD, FELT_GOOD, FEWEST_WORDS
from oneroof.customers.models import Identity
from oneroof.customers.segments import Rows
from oneroof.listening.models import Post
from oneroof.text.feeling import NEGATIVE, POSITIVE

DAYS = 90


def feelings_offered() -> Sequence[tuple[str, str]]:
    return [("negative", _("Negative, of 90 days")), ("positive", _("Positive, of 90 days"))]


def people_flagged(flag: str) -> Rows | None:
    """By the mean of a year, as ``customers.flags`` says it of one; None of flags that feelings do not tell."""
    if flag not in ("detractor", "fan"):
        return None
    firsts = last_months(timezone.localdate(clock.now()), MONTHS)
    since = timezone.make_aware(datetime.combine(firsts[0], time()))
    judged = Post.objects.filter(said_at__gte=since, feeling__isnull=False, identity__isnull=False)
    means = judged.order_by().values("identity__person").annotate(mean=Avg("feeling"), words=Count("pk"))
    felt = means.filter(mean__lte=FELT_BAD) if flag == "detractor" else means.filter(mean__gte=FELT_GOOD)
    return felt.filter(words__gte=FEWEST_WORDS).values("identity__person")


def people_who_felt(feeling: str) -> Rows:
    """By the mean of what could be judged."""
    since = clock.now() - timedelta(days=DAYS)
    judged = Post.objects.filter(said_at__gte=since, feeling__isnull=False, identity_id__isnull=False)
    means = judged.order_by().values("identity_id").annotate(mean=Avg("feeling"), words=Count("pk"))
    felt = means.filter(mean__lte=NEGATIVE) if feeling == "negative" else means.filter(mean__gte=POSITIVE)
    return Identity.objects.filter(pk__in=felt.values("identity_id")).values("born")
