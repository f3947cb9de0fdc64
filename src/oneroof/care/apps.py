from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "oneroof.care"
    label = "care"

    def ready(self) -> None:
        from oneroof.accounts.policies import Permission
        from oneroof.care.notices import register_notices
        from oneroof.care.queries.inbox import count_of_mine
        from oneroof.core.context import Section, register_section

        import_module("oneroof.care.subscribers")
        import_module("oneroof.care.tasks")
        register_section(
            Section(
                "inbox",
                _("Inbox"),
                "care:inbox",
                "inbox",
                "g i",
                Permission.READ_CONVERSATIONS,
                20,
                count=count_of_mine,
            )
        )
        register_steering()
        register_notices()
        register_timelines()
        register_doors()
        register_told()


def register_told() -> None:
    from oneroof.accounts.deeds import register_deeds
    from oneroof.care.deeds import CARE_DEEDS, tell

    register_deeds(CARE_DEEDS, tell)


def register_doors() -> None:
    from oneroof.care.actions.telling_crms import conversation_told
    from oneroof.care.doors import to_the_inbox
    from oneroof.care.queries.trouble import replies_in_trouble
    from oneroof.customers.crm.telling import register_crm_subject
    from oneroof.customers.models import EventKind
    from oneroof.listening.answering import register_answering
    from oneroof.listening.doors import register_door

    register_door(to_the_inbox)
    register_answering(replies_in_trouble)
    register_crm_subject(EventKind.CONVERSATION_CHANGED, conversation_told)


def register_timelines() -> None:
    from oneroof.accounts.policies import Permission
    from oneroof.care.belongings import conversations_of_holder, erase_conversations
    from oneroof.care.timeline import conversations_of, replies_to
    from oneroof.customers.belongings import Belongings, register_belongings
    from oneroof.customers.timeline import register_timeline

    read = Permission.READ_CONVERSATIONS
    register_timeline("conversations", _("Conversations"), read, conversations_of)
    register_belongings(Belongings("conversations", conversations_of_holder, erase_conversations))
    register_timeline("replies", _("Our replies"), read, replies_to)


def register_steering() -> None:
    """Where care is steered: what waits for a person, how well it goes, and its settings."""
    from oneroof.accounts.policies import Permission
    from oneroof.care.queries.outbox import waiting_count
    from oneroof.core.context import Section, register_section

    answer, read, steer = Permission.ANSWER, Permission.READ_CONVERSATIONS, Permission.STEER
    for section in (
        Section("outbox", _("Outbox"), "care:outbox", "send", "g o", answer, 22, count=waiting_count),
        Section("levels", _("Levels"), "care:levels", "timer", "g v", read, 60),
        Section("saved", _("Saved replies"), "care:saved_replies", "file-text", "", answer, 40, "settings"),
        Section("policies", _("Service policies"), "care:policies", "timer", "", steer, 42, "settings"),
    ):
        register_section(section)
