"""Each change of a conversation takes the next number, so that an open list can ask what changed since."""

from django.db import connection
from django.db.models import Func, fields


class NextChange(Func):
    """``nextval`` for ``QuerySet.update``: evaluated for each row."""

    template = "nextval('care_conversation_changed')"
    output_field = fields.BigIntegerField()


def next_changes(count: int) -> list[int]:
    """As many new numbers, rising."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('care_conversation_changed') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def next_change() -> int:
    return next_changes(1)[0]
