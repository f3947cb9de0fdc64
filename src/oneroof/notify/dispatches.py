"""What waited for one outlet, as one message in the language of whoever reads it."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.notify.carriers.base import MOST_LINES, Line, Message
from oneroof.notify.models import Dispatch, DispatchLine, Notice, Outlet


def compose(dispatch: Dispatch) -> Message | None:
    """What its person has not read meanwhile; None where nothing is left. Of a shared room, all."""
    outlet = dispatch.outlet
    lines = dispatch.lines.order_by("id")
    if outlet.user_id is not None:
        was_read = Notice.objects.filter(user=outlet.user_id, key=OuterRef("key"), read_at__isnull=False)
        lines = lines.exclude(Exists(was_read))
    found = list(lines)
    if not found:
        return None
    with translation.override(outlet.user.language if outlet.user else settings.LANGUAGE_CODE):
        return _message(outlet, dispatch.transaction, found)


def _message(outlet: Outlet, transaction: str, lines: list[DispatchLine]) -> Message:
    count, more = len(lines), max(len(lines) - MOST_LINES, 0)
    many = ngettext("%(count)d notice", "%(count)d notices", count) % {"count": count}
    heading = _one_line(lines[0].title) if count == 1 else many
    inbox = f"{settings.PUBLIC_URL}/desk/{'' if outlet.is_shared else 'notices/'}"
    return Message(
        transaction=transaction,
        heading=heading,
        lines=[_line(line) for line in lines[:MOST_LINES]],
        more=_("and %(count)d more") % {"count": more} if more else "",
        more_url=inbox,
    )


def _line(line: DispatchLine) -> Line:
    return Line(_one_line(line.title), settings.PUBLIC_URL + (line.path or "/desk/"), _one_line(line.text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
