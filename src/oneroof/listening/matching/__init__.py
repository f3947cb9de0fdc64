"""Watches against posts: as they arrive (Matcher) and as they are stored (past)."""

from oneroof.listening.matching.document import Document
from oneroof.listening.matching.matcher import Matcher
from oneroof.listening.matching.reference import holds, spans

__all__ = ["Document", "Matcher", "holds", "spans"]
