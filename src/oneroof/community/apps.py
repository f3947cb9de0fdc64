from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "oneroof.community"
    label = "community"

    def ready(self) -> None:
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.community.actions.claims import listen_to_sign_on
        from oneroof.community.deeds import COMMUNITY_DEEDS
        from oneroof.community.notices import register_notices

        import_module("oneroof.community.subscribers")
        import_module("oneroof.community.tasks")
        register_deeds(COMMUNITY_DEEDS, in_words(COMMUNITY_DEEDS))
        register_notices()
        register_imports()
        register_what_is_kept()
        register_places()
        open_the_door()
        register_settings()
        listen_to_sign_on()


def register_settings() -> None:
    from oneroof.accounts.policies import Permission
    from oneroof.core.context import Section, register_section

    steer = Permission.STEER
    register_section(
        Section("disclaimers", _("Disclaimers"), "community:disclaimers", "shield", "", steer, 50, "settings")
    )
    old = Section(
        "old-accounts", _("Old accounts"), "community:old_accounts", "users", "", steer, 52, "settings"
    )
    register_section(old)
    place = "community:translation_service"
    register_section(Section("translation", _("Translation"), place, "languages", "", steer, 51, "settings"))


def open_the_door() -> None:
    """Replies from the inbox come in by it."""
    from oneroof.community.actions.hearing import take_reply
    from oneroof.listening.sources.community.door import open_door

    open_door(take_reply)


def register_places() -> None:
    """Its places at the desk."""
    from oneroof.accounts.policies import Permission
    from oneroof.community.queries.moderation import waits_for
    from oneroof.core.context import Section, register_section

    claims = Section(
        "settings-claims",
        _("Groups by sign-on"),
        "community:claims",
        "key-round",
        "",
        Permission.MANAGE_USERS,
        26,
        place="settings",
    )
    register_section(claims)
    rules = Section(
        "house-rules",
        _("Rules of the community"),
        "community:house_rules_writing",
        "book-open",
        "",
        Permission.STEER,
        21,
        place="settings",
    )
    register_section(rules)
    moderation = Section(
        "moderation",
        _("Moderation"),
        "community:moderation",
        "shield",
        "g m",
        Permission.MODERATE,
        45,
        count=waits_for,
    )
    register_section(moderation)


def register_what_is_kept() -> None:
    from oneroof.accounts.policies import Permission
    from oneroof.community.belongings import names_of_holder, writings_of_holder
    from oneroof.community.erasing import erase_writings
    from oneroof.community.timeline import notices_to
    from oneroof.customers.belongings import Belongings, register_belongings
    from oneroof.customers.timeline import register_timeline

    kept = Belongings("community", writings_of_holder, erase_writings, names=names_of_holder)
    register_belongings(kept)
    register_timeline("notices", _("Notices"), Permission.KNOW_CUSTOMERS, notices_to)


def register_imports() -> None:
    from oneroof.community.actions.import_community import import_community
    from oneroof.core.importing import register_import

    register_import("community", import_community)
