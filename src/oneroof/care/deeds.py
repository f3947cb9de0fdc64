"""What is done in care, in the audit's words: a conversation's history, and what steers care."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from oneroof.accounts.models import AuditEntry
from oneroof.care.templatetags.care_ui import DONE, told

STEERED = {
    "care_settings.set": noop("set them"),
    "conversation.made_an_article": noop("made an article of it"),
    "conversation.merged": noop("made two conversations one"),
    "saved_reply.deleted": noop("deleted it"),
    "saved_reply.reviewed": noop("found it still good"),
    "saved_reply.written": noop("wrote it"),
    "saved_view.deleted": noop("deleted it"),
    "saved_view.written": noop("kept it"),
    "service_policy.set": noop("set it"),
    "working_hours.set": noop("set them"),
}

CARE_DEEDS = {*DONE, *STEERED}


def tell(entry: AuditEntry) -> str:
    return _(STEERED[entry.verb]) if entry.verb in STEERED else told(entry)
