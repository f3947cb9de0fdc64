from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "oneroof.community"
    label = "community"
