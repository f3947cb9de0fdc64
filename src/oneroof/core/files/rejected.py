"""What could not be read, set aside with its reason."""

from dataclasses import dataclass

RAW_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that could not be read: where it stood (``line 12``, ``entry 3``), why, and as it came."""

    where: str
    reason: str
    raw: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", self.raw[:RAW_KEPT].replace("\0", "\ufffd"))
