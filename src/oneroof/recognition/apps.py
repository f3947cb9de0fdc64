from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecognitionConfig(AppConfig):
    name = "oneroof.recognition"
    label = "recognition"

    def ready(self) -> None:
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.accounts.policies import Permission
        from oneroof.core.context import Section, register_section
        from oneroof.notify.kinds import Kind, register_kinds
        from oneroof.recognition.deeds import DEEDS

        import_module("oneroof.recognition.subscribers")
        import_module("oneroof.recognition.tasks")
        register_section(
            Section("recognition", _("Helpers"), "recognition:rounds", "star", "g r", Permission.STEER, 65)
        )
        take_part, steer = Permission.TAKE_PART, Permission.STEER
        register_kinds(
            Kind("asked", _("I could answer a question"), "circle-help", permission=take_part),
            Kind("could_answer", _("Mine is solved, and there are others"), "sparkles", permission=take_part),
            Kind("mvp", _("I am honoured"), "star", permission=take_part),
            Kind(
                "listing_claim",
                _("Somebody belongs to an entry of the directory"),
                "building-2",
                permission=steer,
            ),
            Kind(
                "listing_decided",
                _("Whether I look after an entry of the directory"),
                "building-2",
                permission=take_part,
            ),
        )
        register_deeds(DEEDS, in_words(DEEDS))
        register_what_is_known()
        register_what_is_kept()
        register_public_places()


def register_public_places() -> None:
    """For whoever reads the community, and for search engines."""
    from oneroof.core.public_places import PublicPlace, register_map, register_place

    register_place(PublicPlace("people", _("People"), "recognition:people", 50, also=("/mvp/",)))
    register_map("/people/sitemap.xml")


def register_what_is_kept() -> None:
    from oneroof.customers.belongings import Belongings, register_belongings
    from oneroof.recognition.belongings import erase_help, help_of_holder

    register_belongings(Belongings("recognition", help_of_holder, erase_help))


def register_what_is_known() -> None:
    """Of the person that a member is."""
    from oneroof.accounts.policies import Permission
    from oneroof.customers.flags import register_flags
    from oneroof.customers.timeline import register_timeline
    from oneroof.customers.worth import register_worth
    from oneroof.recognition.known import flags_of, help_by, people_flagged, worth_of

    register_timeline("help", _("Help given"), Permission.HEAR, help_by)
    register_flags("help", Permission.HEAR, flags_of, people_flagged)
    register_worth("help", Permission.KNOW_CUSTOMERS, worth_of)
