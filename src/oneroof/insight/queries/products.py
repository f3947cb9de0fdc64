"""The products of which people speak."""

from oneroof.insight.models import Product
from oneroof.insight.rules.sides import Products


def known_products() -> Products:
    return Products(list(Product.objects.values_list("pk", "words")))
