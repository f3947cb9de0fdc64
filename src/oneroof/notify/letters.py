"""A letter of notices, in its reader's language: text, HTML, and a way out (RFC 8058)."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.accounts.models import User
from oneroof.notify.models import Letter, Notice
from oneroof.notify.queries import zone_of

MOST_SHOWN = 50
SALT = "oneroof.notify.unsubscribe"


def compose(letter: Letter) -> EmailMultiAlternatives | None:
    """What is still unread of it; None where all was read meanwhile."""
    notices = list(letter.notices.filter(read_at=None).order_by("id"))
    if not notices:
        return None
    user, zone = letter.user, zone_of(letter.user)
    with translation.override(user.language), timezone.override(zone):
        return _message(letter, notices, zone)


def unsubscribe_url(user: User) -> str:
    return f"{settings.PUBLIC_URL}/notices/unsubscribe/{signing.dumps(user.pk, salt=SALT)}/"


def unsubscriber(token: str) -> User | None:
    """Whom a link of ours belongs to; None for any other text. It holds for as long as our key does."""
    try:
        user_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user: User | None = User.objects.active().filter(pk=user_id).first()
    return user


def _message(letter: Letter, notices: list[Notice], zone: ZoneInfo) -> EmailMultiAlternatives:
    way_out = unsubscribe_url(letter.user)
    answer_to = next((each.answer_to for each in notices if each.message_id == letter.message_id), "")
    context = {
        "user": letter.user,
        "notices": notices[:MOST_SHOWN],
        "more": max(len(notices) - MOST_SHOWN, 0),
        "site": settings.PUBLIC_URL,
        "way_out": way_out,
        "zone": zone.key,
        "may_answer": bool(answer_to),
    }
    message = EmailMultiAlternatives(
        subject=_subject(notices),
        body=render_to_string("notify/letter.txt", context),
        to=[letter.user.email],
        reply_to=[answer_to] if answer_to else None,
        headers={
            "Message-ID": f"<{letter.message_id}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(render_to_string("notify/letter.html", context), "text/html")
    return message


def _subject(notices: list[Notice]) -> str:
    first, more = _one_line(notices[0].title), len(notices) - 1
    if not more:
        return first
    rest = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return _("%(first)s, %(rest)s") % {"first": first, "rest": rest}


def _one_line(text: str) -> str:
    return " ".join(text.split())
