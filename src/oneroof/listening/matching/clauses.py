"""One alternative of one or more watches, and where it is kept."""

from typing import Final

from oneroof.listening.matching.anchors import Key
from oneroof.listening.matching.compiled import AnyOf, Conjunction

_MOST_SECONDS: Final = 64


class Clause(Conjunction):
    """`need` leaves out what a post is known to have once it has brought up the clause.

    Of the `seconds` a post must have one, too; none are told where that is not known.
    """

    __slots__ = ("is_sure", "keys", "meaning", "seconds", "watches")

    def __init__(self, meaning: str, conjunction: Conjunction, keys: tuple[Key, ...]) -> None:
        proven = _proven(keys)
        need = tuple(feature for feature in conjunction.need if feature not in proven)
        super().__init__(need, conjunction.ban, conjunction.checks)
        self.meaning = meaning
        self.keys = keys
        self.is_sure = not (need or conjunction.ban or conjunction.checks)
        self.seconds = need[:1] or self._choice_of_seconds()
        self.watches: tuple[int, ...] = ()

    def _choice_of_seconds(self) -> tuple[str, ...]:
        """Those of a choice that the keys have not made already."""
        for check in self.checks:
            if isinstance(check, AnyOf):
                options = check.one_of()
                if len(options) <= _MOST_SECONDS and not set(options) & set(self.keys):
                    return options
        return ()

    def prefixes(self) -> list[str]:
        """All that it looks at, those that brought it up included."""
        features = {*self.features(), *self.keys}
        for key in self.keys:
            if not isinstance(key, str):
                features.update(key[:2])
        return [feature for feature in features if isinstance(feature, str) and feature[-1] == "*"]


def _proven(keys: tuple[Key, ...]) -> tuple[str, ...]:
    if len(keys) > 1:
        return ()
    key = keys[0]
    return (key,) if isinstance(key, str) else (key[0], key[1])


type Bucket = list[Clause]
