"""How a question stands, by its answers. Pure."""

from oneroof.community.models import Status

BY_ANSWERS = frozenset({Status.OPEN, Status.ANSWERED, Status.SOLVED, ""})
WORKS_FOR = 3
"""So many people for whom an answer works too make it an accepted one."""


def standing(status: str, answers: int, accepted: int) -> str:
    """What follows from its answers; what a moderator said (a known problem, a duplicate) stays."""
    if status not in BY_ANSWERS:
        return status
    if accepted:
        return Status.SOLVED
    return Status.ANSWERED if answers else Status.OPEN


def is_enough(works_for: int) -> bool:
    return works_for >= WORKS_FOR
