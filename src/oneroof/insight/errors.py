"""Why something can't be done; each text is fit to show."""

from oneroof.core.errors import OneroofError


class InsightError(OneroofError):
    """What was asked of a reason can't be done."""
