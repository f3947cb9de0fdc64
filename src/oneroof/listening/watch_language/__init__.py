"""The language of watches: text to meaning, meaning to text. docs/watch-language.md is its grammar."""

from oneroof.listening.watch_language.errors import Fault, WatchSyntaxError
from oneroof.listening.watch_language.nodes import Hint, Query
from oneroof.listening.watch_language.parser import parse
from oneroof.listening.watch_language.writing import unparse

__all__ = ["Fault", "Hint", "Query", "WatchSyntaxError", "parse", "unparse"]
