"""What happened to people."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeopleRegrouped:
    """Rows of these people were joined or parted: who stands for whom among them is to be looked at anew."""

    person_ids: Sequence[int]
