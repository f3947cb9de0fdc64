"""The filters that all processes share: each judges with what the moderators have taught it lately."""

import threading
from datetime import timedelta

from django.db import transaction

from oneroof.community.models import FilterState
from oneroof.community.rules.trust import Doubt
from oneroof.core import clock
from oneroof.text.spam import Filter, Judgement

ABOUT = ("spam", "offensive")
LOOKS_AGAIN_AFTER = timedelta(seconds=5)


class _Kept:
    """This process's copy of one."""

    def __init__(self, about: str) -> None:
        self.about, self.turn = about, threading.Lock()
        self.filter, self.version = Filter(), 0
        self.looked_at = clock.now() - LOOKS_AGAIN_AFTER

    def newest(self) -> Filter:
        with self.turn:
            if abs(clock.now() - self.looked_at) >= LOOKS_AGAIN_AFTER:
                self.looked_at = clock.now()
                self._take()
            return self.filter

    def _take(self) -> None:
        """Anew, where others taught it meanwhile."""
        kept = FilterState.objects.filter(about=self.about)
        version = kept.values_list("version", flat=True).first() or 0
        if version != self.version:
            stored = kept.first()
            self.filter = Filter.from_bytes(bytes(stored.state)) if stored else Filter()
            self.version = version


_kept = {about: _Kept(about) for about in ABOUT}


def forget() -> None:
    """Tests begin with filters that know nothing."""
    _kept.update({about: _Kept(about) for about in ABOUT})


def judged(text: str) -> tuple[list[Doubt], Judgement | None]:
    """What each says that has seen both kinds, and the judgement of the one that doubts most."""
    known = [(about, kept.newest()) for about, kept in _kept.items()]
    said = [(about, each, each.judge(text)) for about, each in known if each.knows_both]
    doubts = [Doubt(about, word.chance, min(each.unwanted, each.wanted)) for about, each, word in said]
    worst = max((word for _about, _each, word in said), key=lambda word: word.chance, default=None)
    return doubts, worst


@transaction.atomic
def teach(about: str, text: str, *, unwanted: bool) -> None:
    """From one decision of a person."""
    FilterState.objects.get_or_create(about=about, defaults={"state": Filter().to_bytes()})
    stored = FilterState.objects.select_for_update().get(about=about)
    taught = Filter.from_bytes(bytes(stored.state))
    taught.learn(text, unwanted=unwanted)
    stored.state, stored.version, stored.changed_at = taught.to_bytes(), stored.version + 1, clock.now()
    stored.save(update_fields=["state", "version", "changed_at"])
