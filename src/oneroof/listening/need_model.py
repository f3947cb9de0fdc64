"""The learnt model of the need for an answer, one for all processes."""

import threading
from datetime import timedelta

from django.db import transaction

from oneroof.core import clock
from oneroof.listening.models import NeedState
from oneroof.listening.need import NeedModel, PostFacts

LOOKS_AGAIN_AFTER = timedelta(seconds=5)


class _Kept:
    """This process's copy."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.model = NeedModel()
        self.version = 0
        self.looked_at = clock.now() - LOOKS_AGAIN_AFTER

    def newest(self) -> NeedModel:
        with self.turn:
            if clock.now() - self.looked_at >= LOOKS_AGAIN_AFTER:
                self.looked_at = clock.now()
                self._take(NeedState.objects.exclude(version=self.version).order_by("-version").first())
            return self.model

    def _take(self, stored: NeedState | None) -> None:
        if stored is not None:
            self.model = NeedModel.from_bytes(bytes(stored.state))
            self.version = stored.version


_kept = _Kept()


def current_model() -> NeedModel:
    """The model as the team has taught it; at most five seconds old."""
    return _kept.newest()


@transaction.atomic
def teach(facts: PostFacts, *, needed: bool) -> None:
    """Learn from one decision of the team: claimed (needed) or dismissed."""
    stored = NeedState.objects.select_for_update().first()
    model = NeedModel.from_bytes(bytes(stored.state)) if stored else NeedModel()
    model.learn(facts, needed)
    NeedState.objects.update_or_create(
        pk=stored.pk if stored else 1,
        defaults={
            "state": model.to_bytes(),
            "version": (stored.version if stored else 0) + 1,
            "changed_at": clock.now(),
        },
    )
