"""Who bought something lately is asked how it was."""

from datetime import timedelta

from oneroof.core import clock
from oneroof.customers.models import Purchase
from oneroof.experience.actions.asking import invite
from oneroof.experience.models import Invitation, Occasion, Survey

LATELY = timedelta(days=7)
AT_ONCE = 200


def ask_buyers() -> int:
    """What was bought in the last week and after the survey was made; each purchase once."""
    return sum(
        _ask(survey, purchase)
        for survey in Survey.objects.filter(occasion=Occasion.PURCHASE, is_on=True)
        for purchase in _lately(survey)
    )


def _lately(survey: Survey) -> list[Purchase]:
    since = max(clock.now() - LATELY, survey.made_at)
    asked = Invitation.objects.filter(survey=survey, about__startswith="purchase ").values("about")
    bought = Purchase.objects.filter(purchased_at__gte=since, purchased_at__lte=clock.now())
    named = bought.exclude(customer__email="").select_related("customer__person").order_by("purchased_at")
    known = {each["about"] for each in asked}
    return [each for each in named[:AT_ONCE] if f"purchase {each.pk}" not in known]


def _ask(survey: Survey, purchase: Purchase) -> bool:
    customer = purchase.customer
    asked = invite(survey, f"purchase {purchase.pk}", person=customer.person, email=customer.email)
    return asked is not None
