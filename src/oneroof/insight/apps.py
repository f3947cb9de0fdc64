from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "oneroof.insight"
    label = "insight"

    def ready(self) -> None:
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.accounts.policies import Permission
        from oneroof.core.context import Section, register_section
        from oneroof.core.importing import register_import
        from oneroof.customers.belongings import Belongings, register_belongings
        from oneroof.customers.retention import Kept, register_kept
        from oneroof.customers.timeline import register_timeline
        from oneroof.customers.worth import register_worth
        from oneroof.insight.actions.import_contacts import import_as_contacts
        from oneroof.insight.belongings import contacts_of_holder, erase_contacts
        from oneroof.insight.deeds import INSIGHT_DEEDS
        from oneroof.insight.notices import register_notices
        from oneroof.insight.retention import forget_contacts, old_contacts
        from oneroof.insight.timeline import contacts_of
        from oneroof.insight.worth import worth_of

        import_module("oneroof.insight.subscribers")
        import_module("oneroof.insight.tasks")
        register_import("contacts", import_as_contacts)
        register_belongings(Belongings("contacts", contacts_of_holder, erase_contacts))
        register_worth("avoided", Permission.KNOW_CUSTOMERS, worth_of)
        register_kept(Kept("contacts", _("What was said in contacts"), old_contacts, forget_contacts))
        register_timeline(
            "contacts", _("Contacts"), Permission.READ_CONVERSATIONS, contacts_of, by_person=True
        )
        register_section(
            Section("insight", _("Insight"), "insight:drivers", "trending-up", "g n", Permission.HEAR, 50)
        )
        register_notices()
        register_deeds(INSIGHT_DEEDS, in_words(INSIGHT_DEEDS))
