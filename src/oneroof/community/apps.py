from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "oneroof.community"
    label = "community"

    def ready(self) -> None:
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.community.deeds import COMMUNITY_DEEDS

        register_deeds(COMMUNITY_DEEDS, in_words(COMMUNITY_DEEDS))
