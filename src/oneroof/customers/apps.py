from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "oneroof.customers"
    label = "customers"

    def ready(self) -> None:
        import_module("oneroof.customers.actions.erasing_long")
        import_module("oneroof.customers.tasks")
        import_module("oneroof.customers.subscribers")
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

        register_told()
        register_crm()
        register_section(
            Section(
                "settings-retention", _("How long it stays"), "customers:retention", "timer", "",
                Permission.GOVERN_PEOPLE, 35, "settings",
            )
        )  # fmt: skip
        register_section(
            Section("people", _("People"), "customers:people", "users", "g p", Permission.HEAR, 30)
        )


def register_crm() -> None:
    """Cases on the timeline, the settings' page, and what whoever set a CRM up is told of."""
    from oneroof.accounts.policies import Permission
    from oneroof.core.context import Section, register_section
    from oneroof.customers.actions.crm_forgetting import ERASURE_ASKED
    from oneroof.customers.actions.crm_sending import FAILED_KIND
    from oneroof.customers.bought import cases_of
    from oneroof.customers.timeline import register_timeline
    from oneroof.notify.kinds import Kind, Way, register_kinds

    govern = Permission.GOVERN_PEOPLE
    register_timeline("cases", _("Cases"), Permission.KNOW_CUSTOMERS, cases_of, by_person=True)
    register_section(
        Section("settings-crm", _("CRM"), "customers:crm", "refresh-cw", "", govern, 34, "settings")
    )
    register_kinds(
        Kind(FAILED_KIND, _("A CRM does not take what we tell it"), "wifi-off", Way.EMAIL, govern),
        Kind(ERASURE_ASKED, _("A CRM erased somebody"), "trash-2", Way.EMAIL, govern),
    )


def register_told() -> None:
    """What stands out, what else is worth something, and what may be asked of people."""
    from oneroof.accounts.policies import Permission
    from oneroof.customers.consent import OWN, register_purposes
    from oneroof.customers.flags import register_flags
    from oneroof.customers.origin import touched, worth_of
    from oneroof.customers.segments import OWN as CRITERIA
    from oneroof.customers.segments import register_criteria
    from oneroof.customers.timeline import register_timeline
    from oneroof.customers.value.risk import people_at_risk
    from oneroof.customers.value.telling import value_of
    from oneroof.customers.worth import register_worth

    know = Permission.KNOW_CUSTOMERS
    register_flags("value", know, lambda rows, _identities: value_of(rows).flags, people_at_risk)
    register_purposes(*OWN)
    register_criteria(*CRITERIA)
    register_timeline("origin", _("How they came"), know, touched, by_person=True)
    register_worth("referrals", know, worth_of)
