from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "oneroof.notify"
    label = "notify"

    def ready(self) -> None:
        from oneroof.accounts.policies import Permission
        from oneroof.core.context import Section, register_section
        from oneroof.notify.kinds import Kind, Way, register_kinds
        from oneroof.notify.queries import unread_count

        import_module("oneroof.notify.tasks")
        hear = Permission.HEAR
        register_kinds(
            Kind("outlet_failed", _("A chat room or browser can’t be reached"), "wifi-off", Way.EMAIL, hear)
        )
        register_section(
            Section("bell", _("Notices"), "notify:notices", "bell", "g b", hear, 10, "bar", unread_count)
        )
        register_section(
            Section("settings-notices", _("Notices"), "notify:preferences", "bell", "", hear, 12, "settings")
        )
        register_section(
            Section(
                "settings-rooms", _("Chat rooms"), "notify:rooms", "message-square", "", hear, 13, "settings"
            )
        )
