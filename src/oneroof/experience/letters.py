"""A survey's letter in its reader's language, and the signed link by which it is answered."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.experience.models import Invitation
from oneroof.experience.rules.surveys import RANGES

SALT = "oneroof.experience.survey"


def token_of(invitation: Invitation) -> str:
    return signing.Signer(salt=SALT).sign(str(invitation.pk))


def link_of(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}/s/{token_of(invitation)}/"


def invitation_of(token: str) -> Invitation | None:
    """Whose link it is; None for any other text."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("survey").filter(pk=pk, survey__is_on=True).first()


def letter(invitation: Invitation, *, again: bool = False) -> EmailMultiAlternatives:
    known = invitation.language if invitation.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        return _message(invitation, again=again)


def _message(invitation: Invitation, *, again: bool) -> EmailMultiAlternatives:
    link = link_of(invitation)
    context = {
        "survey": invitation.survey,
        "link": link,
        "stop": f"{link}stop/",
        "scores": RANGES[invitation.survey.kind],
        "again": again,
        "company": settings.COMPANY or "Oneroof",
    }
    subject = _("A reminder: %(question)s") if again else "%(question)s"
    message = EmailMultiAlternatives(
        subject=" ".join((subject % {"question": invitation.survey.question}).split()),
        body=render_to_string("experience/letter.txt", context),
        to=[invitation.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{link}stop/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(render_to_string("experience/letter.html", context), "text/html")
    return message
