"""Why something can't be done in the community; each text is fit to show."""

from django.utils.translation import gettext as _

from oneroof.accounts.models import RulesOfEngagement
from oneroof.core.errors import OneroofError


class CommunityError(OneroofError):
    """What was asked of an entry can't be done."""


class RulesNotAcceptedError(CommunityError):
    """The newest version of the community's rules or terms waits for this member's word."""

    def __init__(self, rules: RulesOfEngagement) -> None:
        super().__init__(_("Read and accept the rules first: they have changed, or you are new here."))
        self.rules = rules
