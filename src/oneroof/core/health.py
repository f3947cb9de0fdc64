"""Whether the parts that run are alive: they say so here, and whoever asks learns it here."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max

from oneroof.core import clock
from oneroof.core.models import Heartbeat

BEAT_EVERY = timedelta(seconds=5)
FRESH_FOR = timedelta(seconds=30)

_last_beat: dict[str, datetime] = {}


def beat(name: str) -> None:
    """Say that a part goes on: called in each round of its loop, written every five seconds at most."""
    now = clock.now()
    last = _last_beat.get(name)
    if last is None or now - last >= BEAT_EVERY:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
        _last_beat[name] = now


def last_beat(name: str) -> datetime | None:
    """When the part last said so; the worker's heart is the job queue's own."""
    if name == "worker":
        return _worker_beat()
    beat: datetime | None = Heartbeat.objects.filter(name=name).aggregate(last=Max("at"))["last"]
    return beat


def is_fresh(beat: datetime | None) -> bool:
    return beat is not None and clock.now() - beat < FRESH_FOR


def _worker_beat() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        beat: datetime | None = cursor.fetchone()[0]
    return beat
