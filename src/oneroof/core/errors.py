"""What the program says to whoever asked for something that cannot be."""


class OneroofError(Exception):
    """Carries a sentence for a person: the command line prints it, without a traceback, and ends with 1."""


class WrongUseError(OneroofError):
    """Asked for in a wrong way: the command line prints it and ends with 2."""
