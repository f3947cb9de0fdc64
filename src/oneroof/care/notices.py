"""What care tells people of."""

from django.utils.translation import gettext_lazy as _

from oneroof.accounts.policies import Permission
from oneroof.notify.kinds import Kind, Way, register_kinds

ANSWER, APPROVE = Permission.ANSWER, Permission.APPROVE


def register_notices() -> None:
    register_kinds(
        Kind("handed_on", _("A conversation is handed to me or my department"), "inbox", permission=ANSWER),
        Kind("mentioned", _("A colleague mentions me in a note"), "at-sign", permission=ANSWER),
        Kind("taken_over", _("Somebody takes over my conversation"), "hand", permission=ANSWER),
        Kind("approved", _("My reply is let out"), "check-check", permission=ANSWER),
        Kind("sent_back", _("My reply is sent back"), "undo-2", Way.EMAIL, ANSWER),
        Kind("reply_question", _("A question before my reply goes out"), "circle-help", permission=ANSWER),
        Kind("reply_failed", _("My reply could not be sent"), "circle-alert", Way.EMAIL, ANSWER),
        Kind("reply_unsure", _("A reply may or may not have gone out"), "circle-help", Way.EMAIL, ANSWER),
        Kind("service_due", _("A conversation is due soon"), "timer", permission=ANSWER),
        Kind("service_breached", _("A conversation is overdue"), "timer", permission=ANSWER),
        Kind("approval", _("A reply waits for approval"), "eye", permission=APPROVE),
        Kind("risk", _("A conversation is at risk"), "flame", permission=APPROVE),
    )
