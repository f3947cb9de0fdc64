"""What experience keeps of a person: their answers to surveys, and that they were asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from oneroof.customers.belongings import Holder
from oneroof.customers.queries import records_of
from oneroof.experience.actions.answering import heard_as
from oneroof.experience.actions.asking import digest_of
from oneroof.experience.models import Invitation, SurveyAnswer
from oneroof.insight.actions.hearing import forget_contacts

ASKED = ("id", "email", "about", "state", "made_at", "sent_at", "reminded_at", "answered_at")
TOLD = ("id", "kind", "score", "answered_at", "customer", "touch_point", "comment", "origin")


def surveys_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    for row in _answers(holder).order_by("pk").values(*TOLD):
        yield {**row, "survey": row.pop("kind"), "kind": "survey answer"}
    for asked in _invitations(holder).order_by("pk").values(*ASKED):
        yield {"kind": "invitation to a survey", **asked}


def erase_surveys(holder: Holder) -> int:
    """The score stays, of nobody, for the figures; the digest, so that the same file brings nothing back."""
    answers = list(_answers(holder).values_list("pk", flat=True))
    forget_contacts([heard_as(each) for each in answers])
    told = SurveyAnswer.objects.filter(pk__in=answers).update(customer="", comment="", person=None)
    gone = Concat(Value("erased "), Cast("pk", CharField()))
    return told + _invitations(holder).update(
        person=None, email="", email_digest=gone, language="", state="stopped"
    )


def _invitations(holder: Holder) -> QuerySet[Invitation]:
    """By their row, and by any address of theirs."""
    digests = [digest_of(mark) for mark in holder.marks if "@" in mark]
    return Invitation.objects.filter(Q(person__in=holder.rows) | Q(email_digest__in=digests))


def _answers(holder: Holder) -> QuerySet[SurveyAnswer]:
    """Those, too, that came before the books knew their customer."""
    numbers = [each.external_id for each in records_of(holder.rows)]
    asked = _invitations(holder).values("pk")
    return SurveyAnswer.objects.filter(
        Q(person__in=holder.rows) | Q(customer__in=numbers) | Q(invitation__in=asked)
    )
