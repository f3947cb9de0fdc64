from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "oneroof.customers"
    label = "customers"

    def ready(self) -> None:
        from oneroof.accounts.policies import Permission
        from oneroof.core.context import Section, register_section

        register_section(
            Section("people", _("People"), "customers:people", "users", "g p", Permission.HEAR, 30)
        )
