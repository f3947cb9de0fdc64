"""The products of which people speak: named by leads, found again in what was said."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Product


@transaction.atomic
def write_product(actor: User, name: str, words: Sequence[str] = ()) -> Product:
    """Add it, or change the words of the one of that name. It counts from now on."""
    demand(actor, Permission.STEER)
    name = " ".join(name.split())[:120]
    if not name:
        raise InsightError(_("A product has a name."))
    called = list(dict.fromkeys([name, *(word[:120] for word in words if word)]))
    product, _is_new = Product.objects.update_or_create(name=name, defaults={"words": called})
    audit.record(actor, "product.changed", on=product, after={"words": called})
    return product


@transaction.atomic
def remove_product(actor: User, product_id: int) -> None:
    """What was counted under it is counted as of no known product."""
    demand(actor, Permission.STEER)
    product = Product.objects.select_for_update().get(pk=product_id)
    audit.record(actor, "product.removed", on=product, before={"words": product.words})
    product.delete()
