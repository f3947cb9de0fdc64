from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "oneroof.config"
    label = "config"
