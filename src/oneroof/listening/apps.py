from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    name = "oneroof.listening"
    label = "listening"

    def ready(self) -> None:
        import_module("oneroof.listening.subscribers")
        import_module("oneroof.listening.tasks")
        register_sections()
        register_imports()
        register_notices()
        register_timelines()
        register_told()


def register_imports() -> None:
    from oneroof.core.importing import register_import
    from oneroof.listening.actions.import_file import import_as_posts

    register_import("posts", import_as_posts)


def register_told() -> None:
    from oneroof.accounts.deeds import in_words, register_deeds
    from oneroof.listening.deeds import LISTENING_DEEDS

    register_deeds(LISTENING_DEEDS, in_words(LISTENING_DEEDS))


def register_notices() -> None:
    from oneroof.accounts.policies import Permission
    from oneroof.notify.kinds import Kind, register_kinds

    register_kinds(
        Kind("watch", _("A watch of mine catches something"), "eye", permission=Permission.OWN_WATCH),
        Kind(
            "credentials",
            _("The access to a source of mine is refused or ends"),
            "key-round",
            permission=Permission.MANAGE_SOURCES,
        ),
        Kind(
            "source_silent",
            _("A source of mine is silent for longer than usual"),
            "ear",
            permission=Permission.MANAGE_SOURCES,
        ),
        Kind(
            "source_failing",
            _("A source of mine has failed for an hour"),
            "wifi-off",
            permission=Permission.MANAGE_SOURCES,
        ),
        Kind("digest", _("What my watches caught in a day"), "calendar", permission=Permission.OWN_WATCH),
    )


def register_timelines() -> None:
    from oneroof.accounts.policies import Permission
    from oneroof.customers.belongings import Belongings, register_belongings
    from oneroof.customers.feelings import register_feelings
    from oneroof.customers.flags import register_flagged
    from oneroof.customers.places import register_places
    from oneroof.customers.retention import Kept, register_kept
    from oneroof.customers.segments import Criterion, register_criteria
    from oneroof.customers.timeline import register_timeline
    from oneroof.listening.belongings import (
        count_posts,
        erase_posts,
        erase_some_posts,
        posts_of_holder,
    )
    from oneroof.listening.retention import counted, forgotten, of_customers, of_others
    from oneroof.listening.segments import feelings_offered, people_flagged, people_who_felt
    from oneroof.listening.timeline import feelings_of, places_of, posts_of

    register_places(places_of)
    register_belongings(Belongings("posts", posts_of_holder, erase_posts, count_posts, erase_some_posts))
    register_timeline("posts", _("Posts"), Permission.HEAR, posts_of)
    register_feelings("posts", Permission.HEAR, feelings_of)
    register_flagged("feelings", people_flagged)
    register_criteria(Criterion("feeling", _("Felt"), feelings_offered, people_who_felt))
    register_kept(
        Kept("posts", _("Posts of customers"), counted(of_customers), forgotten(of_customers)),
        Kept("public_posts", _("Posts of other people"), counted(of_others), forgotten(of_others)),
    )


def register_sections() -> None:
    from oneroof.accounts.policies import Permission
    from oneroof.core.context import Section, register_section

    register_section(Section("listen", _("Listen"), "listen", "ear", "g l", Permission.HEAR, 10))
    register_section(
        Section(
            "settings-sources", _("Sources"), "sources", "radio", "", Permission.MANAGE_SOURCES, 30,
            place="settings",
        )
    )  # fmt: skip
    register_section(
        Section(
            "search", _("Search what was said"), "listen", "search", "/", Permission.HEAR, 10, place="search"
        )
    )
