"""What one watch may ask for, so that none of them can slow the others."""

from typing import Final

CHARACTERS: Final = 20_000
CONDITIONS: Final = 1_000
"""Words, phrases and fields, those inside NEAR included."""
PREFIXES: Final = 100
NEARS: Final = 100
DEPTH: Final = 50
"""Parentheses open inside each other."""
PREFIX_LETTERS: Final = 2
NEAR_WORDS: Final = 50
"""The longest distance of NEAR/n."""
