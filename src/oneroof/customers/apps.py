from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "oneroof.customers"
    label = "customers"

    def ready(self) -> None:
        import_module("oneroof.customers.tasks")
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.accounts.policies import Permission
        from oneroof.core.context import Section, register_section
        from oneroof.core.importing import register_import
        from oneroof.customers.actions.importing import import_as_customers, import_as_purchases
        from oneroof.customers.bought import purchases_of
        from oneroof.customers.deeds import CUSTOMER_DEEDS
        from oneroof.customers.timeline import register_timeline

        register_import("customers", import_as_customers)
        register_import("purchases", import_as_purchases)
        register_deeds(CUSTOMER_DEEDS, in_words(CUSTOMER_DEEDS))
        register_timeline(
            "purchases", _("Purchases"), Permission.KNOW_CUSTOMERS, purchases_of, by_person=True
        )

        register_section(
            Section("people", _("People"), "customers:people", "users", "g p", Permission.HEAR, 30)
        )
