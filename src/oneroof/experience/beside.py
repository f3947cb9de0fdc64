"""Beside a conversation: the link of a survey, for the end of a reply."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.care.beside import Offer
from oneroof.care.models import Conversation
from oneroof.experience.models import Occasion, Survey

MOST = 5


def surveys_for(_user: User, conversation: Conversation) -> Sequence[Offer]:
    """Those asked after a reply, or by hand."""
    found = Survey.objects.filter(is_on=True, occasion__in=(Occasion.REPLY, Occasion.HAND))[:MOST]
    return [
        Offer(
            _("A link to “%(survey)s”") % {"survey": each.name},
            "smile",
            reverse("experience:survey_link"),
            {"survey": str(each.pk), "conversation": str(conversation.pk)},
        )
        for each in found
    ]
