"""Why something can't be done; each text is fit to show."""

from oneroof.core.errors import OneroofError


class ExperienceError(OneroofError):
    """What was asked of a survey, a trial or a report can't be done."""
