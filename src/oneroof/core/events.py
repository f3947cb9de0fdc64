"""What happened, told to the rooms above: after commit, at least once.

An event is a frozen dataclass of plain values, named in the past tense. ``publish`` must be called inside the
transaction that made it true: for each subscriber it puts one job into the same transaction, so an event is
lost only together with what it tells of. Subscribers may be called twice and must bear it.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar, Protocol, cast

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)
AHEAD = 1
"""procrastinate's priority of a job that goes before those that wait; theirs is 0."""


class Event(Protocol):
    """A frozen dataclass of JSON values."""

    __dataclass_fields__: ClassVar[Any]


type Subscriber[E: Event] = Callable[[E], None]

_subscribers: dict[str, dict[str, Subscriber[Any]]] = {}
_types: dict[str, type[Any]] = {}


def name_of(kind: type[Any]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def subscribe[E: Event](kind: type[E]) -> Callable[[Subscriber[E]], Subscriber[E]]:
    """Register a function that is called with each event of this kind, in a job of its own."""

    def register(function: Subscriber[E]) -> Subscriber[E]:
        _types[name_of(kind)] = kind
        qualified = f"{function.__module__}.{function.__qualname__}"
        _subscribers.setdefault(name_of(kind), {})[qualified] = function
        return function

    return register


def publish(event: Event, *, ahead: bool = False) -> None:
    """Put one delivery a subscriber into the running transaction.

    ``ahead``: before what waits already, for what people wait to see; a thousand conversations that are closed at
    once then keep nobody from what is said meanwhile.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is published inside the transaction that made it true.")
    kind = name_of(type(event))
    if subscribers := _subscribers.get(kind):
        fields = asdict(cast(Any, event))
        deliveries: list[dict[str, Any]] = [
            {"kind": kind, "subscriber": subscriber, "fields": fields} for subscriber in subscribers
        ]
        deliver.configure(priority=AHEAD if ahead else 0).batch_defer(*deliveries)


@app.task(name="oneroof.core.events.deliver", queue="events", retry=RETRY)
def deliver(*, kind: str, subscriber: str, fields: dict[str, Any]) -> None:
    """Call one subscriber with one event; an unknown one is an error that the job keeps."""
    _subscribers[kind][subscriber](_types[kind](**fields))
