"""Why something can't be done in the community; each text is fit to show."""

from oneroof.core.errors import OneroofError


class CommunityError(OneroofError):
    """What was asked of an entry can't be done."""
