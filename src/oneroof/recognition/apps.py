from importlib import import_module

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "oneroof.recognition"
    label = "recognition"

    def ready(self) -> None:
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.recognition.deeds import DEEDS

        import_module("oneroof.recognition.subscribers")
        register_deeds(DEEDS, in_words(DEEDS))
