from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "oneroof.accounts"
    label = "accounts"

    def ready(self) -> None:
        from oneroof.accounts import access  # noqa: F401  registers the system check
        from oneroof.accounts.actions.account_steps import record_steps
        from oneroof.accounts.deeds import OURS, in_words, register_deeds

        record_steps()
        register_sections()
        register_deeds(OURS, in_words(OURS))


def register_sections() -> None:
    """Settings on the rail, and what accounts puts into it."""
    from oneroof.accounts.policies import Permission
    from oneroof.core.context import Section, register_section

    register_section(Section("settings", _("Settings"), "settings", "settings", "g s", Permission.HEAR, 90))
    pages = (
        (_("Your profile"), "profile", "circle-user", Permission.OWN_ACCOUNT, 10),
        (_("Rules of engagement"), "rules", "book-open", Permission.ANSWER, 20),
        (_("People and roles"), "people", "users", Permission.MANAGE_USERS, 22),
        (_("Departments"), "departments", "building-2", Permission.STEER, 24),
        (_("Audit"), "audit", "file-text", Permission.READ_AUDIT, 90),
    )
    for label, url_name, icon, permission, order in pages:
        register_section(
            Section(f"settings-{url_name}", label, url_name, icon, "", permission, order, place="settings")
        )
