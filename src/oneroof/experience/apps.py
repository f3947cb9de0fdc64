from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExperienceConfig(AppConfig):
    name = "oneroof.experience"
    label = "experience"

    def ready(self) -> None:
        from oneroof.accounts.deeds import in_words, register_deeds
        from oneroof.accounts.policies import Permission
        from oneroof.care.beside import register_offers
        from oneroof.core.context import Section, register_section
        from oneroof.core.importing import register_import
        from oneroof.customers.belongings import Belongings, register_belongings
        from oneroof.customers.flags import register_flags
        from oneroof.customers.retention import Kept, register_kept
        from oneroof.customers.segments import Criterion, register_criteria
        from oneroof.customers.timeline import register_timeline
        from oneroof.experience.actions.import_surveys import import_as_surveys
        from oneroof.experience.belongings import erase_surveys, surveys_of_holder
        from oneroof.experience.beside import surveys_for
        from oneroof.experience.deeds import EXPERIENCE_DEEDS
        from oneroof.experience.flags import flags_of
        from oneroof.experience.retention import forget_answers, old_answers
        from oneroof.experience.segments import (
            answers_offered,
            people_flagged,
            people_on_trial,
            people_who_answered,
            trials_offered,
        )
        from oneroof.experience.timeline import answers_of
        from oneroof.notify.kinds import Kind as NoticeKind
        from oneroof.notify.kinds import Way, register_kinds

        import_module("oneroof.experience.subscribers")
        import_module("oneroof.experience.tasks")
        register_deeds(EXPERIENCE_DEEDS, in_words(EXPERIENCE_DEEDS))
        register_import("surveys", import_as_surveys)
        register_belongings(Belongings("surveys", surveys_of_holder, erase_surveys))
        register_timeline("surveys", _("Surveys"), Permission.KNOW_CUSTOMERS, answers_of, by_person=True)
        register_section(
            Section(
                "experience",
                _("Experience"),
                "experience:response",
                "smile",
                "g x",
                Permission.KNOW_CUSTOMERS,
                62,
            )
        )
        register_kinds(
            NoticeKind(
                "report_failed",
                _("A report did not reach its readers"),
                "circle-alert",
                Way.EMAIL,
                Permission.STEER,
            )
        )
        register_offers("surveys", surveys_for)
        register_flags("surveys", Permission.KNOW_CUSTOMERS, flags_of, people_flagged)
        register_kept(
            Kept("surveys", _("Who answered surveys, and their words"), old_answers, forget_answers)
        )
        register_criteria(
            Criterion("answered", _("Answered as"), answers_offered, people_who_answered),
            Criterion("trial", _("In a trial"), trials_offered, people_on_trial),
        )
