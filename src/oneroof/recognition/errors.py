"""What recognition says when something can't be done; each sentence is fit to show."""

from oneroof.core.errors import OneroofError


class RecognitionError(OneroofError):
    """What was asked for can't be done as things stand."""
