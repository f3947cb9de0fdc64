from django.apps import AppConfig


class ExperienceConfig(AppConfig):
    name = "oneroof.experience"
    label = "experience"

    def ready(self) -> None:
        from oneroof.core.importing import register_import
        from oneroof.customers.belongings import Belongings, register_belongings
        from oneroof.experience.actions.import_surveys import import_as_surveys
        from oneroof.experience.belongings import erase_surveys, surveys_of_holder

        register_import("surveys", import_as_surveys)
        register_belongings(Belongings("surveys", surveys_of_holder, erase_surveys))
