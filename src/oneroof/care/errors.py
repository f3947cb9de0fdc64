"""Why something can't be done; each text is fit to show."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from oneroof.accounts.models import RulesOfEngagement, User
from oneroof.core.errors import OneroofError

if TYPE_CHECKING:
    from oneroof.care.models import Reply


class CareError(OneroofError):
    """What was asked of a conversation or a reply can't be done."""


class AlreadyClaimedError(CareError):
    """Somebody else is answering it."""

    def __init__(self, by: User, until: datetime) -> None:
        super().__init__(_("%(name)s is answering this conversation.") % {"name": by})
        self.by = by
        self.until = until


class NotHolderError(CareError):
    """Asked of a conversation that one has not claimed, or no more; ``by`` holds it now, if anyone."""

    def __init__(self, by: User | None) -> None:
        text = (
            _("Your claim is over: %(name)s is answering this conversation now.") % {"name": by}
            if by
            else _("You do not hold this conversation. Claim it first.")
        )
        super().__init__(text)
        self.by = by


class RulesNotAcceptedError(CareError):
    """The current rules of engagement come before one's first public reply."""

    def __init__(self, rules: RulesOfEngagement) -> None:
        super().__init__(_("Please read and accept the rules of engagement first."))
        self.rules = rules


class ReplyExistsError(CareError):
    """The post has a reply already."""

    def __init__(self, reply: "Reply | None") -> None:
        super().__init__(_("This post has a reply already. Write a further one under it."))
        self.reply = reply


class TooLongError(CareError):
    def __init__(self, over: int, unit: str) -> None:
        super().__init__(_("The reply is too long by %(over)d %(unit)s.") % {"over": over, "unit": unit})
        self.left = -over


class NotAnswerableError(CareError):
    """Replies can't leave from here; a person answers by hand and says so."""

    def __init__(self) -> None:
        super().__init__(_("This source can't be answered from here. Answer at the source, then say so."))
