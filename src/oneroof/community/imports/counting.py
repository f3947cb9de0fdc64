"""What an import of a community counts, for each kind of row."""

from dataclasses import dataclass


@dataclass(slots=True)
class KindCount:
    """``read`` is the sum of the others."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0

    def add(self, other: "KindCount") -> None:
        self.read += other.read
        self.stored += other.stored
        self.duplicates += other.duplicates
        self.rejected += other.rejected
