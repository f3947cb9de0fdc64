"""What somebody answers by their link is kept: once a link, the newer word in the place of the older."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.customers.actions.origin import take_touch
from oneroof.customers.models import Customer, Identity, Way
from oneroof.customers.queries import rows_of
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Invitation, SurveyAnswer
from oneroof.experience.rules.surveys import RANGES
from oneroof.insight.actions.hearing import hear_contact

LONGEST = 5_000


@transaction.atomic
def answer_survey(invitation_id: int, score: int, comment: str, origin: str = "") -> SurveyAnswer:
    """Raises ExperienceError for a score that was not offered."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("survey", "person")
        .get(pk=invitation_id)
    )
    survey = invitation.survey
    if score not in RANGES[survey.kind]:
        raise ExperienceError(_("Choose one of the answers."))
    comment = comment.replace("\0", "").strip()[:LONGEST]
    answer, _is_new = SurveyAnswer.objects.update_or_create(
        digest=f"invitation {invitation.pk}",
        defaults={
            "kind": survey.kind,
            "score": score,
            "comment": comment,
            "answered_at": clock.now(),
            "touch_point": survey.name,
            "invitation": invitation,
            "person": invitation.person,
            "customer": _customer_of(invitation),
        },
    )
    if survey.asks_origin and origin in Way.values:
        _say_origin(answer, invitation, origin)
    invitation.answered_at = answer.answered_at
    invitation.save(update_fields=["answered_at"])
    if comment:
        hear_contact(
            heard_as(answer.pk),
            "survey",
            answer.answered_at,
            comment,
            customer=answer.customer,
            identity_id=_identity_of(invitation),
        )
    return answer


def heard_as(answer_id: int) -> str:
    """By what insight knows the words of an answer."""
    return f"survey answer {answer_id}"


def _say_origin(answer: SurveyAnswer, invitation: Invitation, origin: str) -> None:
    """The first word stands: what brought somebody does not change by being asked again."""
    if answer.origin:
        return
    answer.origin = origin
    answer.save(update_fields=["origin"])
    if invitation.person:
        take_touch(invitation.person.whole_id, origin, source=invitation.survey.name, at=answer.answered_at)


def _customer_of(invitation: Invitation) -> str:
    if invitation.person is None:
        return ""
    rows = rows_of(invitation.person.whole_id)
    known = Customer.objects.filter(person__in=rows).order_by("pk").values_list("external_id", flat=True)
    return known.first() or ""


def _identity_of(invitation: Invitation) -> int | None:
    found = (
        Identity.objects.filter(born=invitation.person_id)
        if invitation.person_id
        else Identity.objects.none()
    )
    return found.order_by("pk").values_list("pk", flat=True).first()
