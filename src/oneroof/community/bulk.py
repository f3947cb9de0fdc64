"""Many new rows at once by COPY: a whole community is a million of them."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

type Write = Callable[[Any], str]
NULL = "\\N"


def copy_in(rows: Sequence[models.Model]) -> None:
    """Rows of one model, which get their numbers here. A conflict raises IntegrityError, as elsewhere."""
    model = type(rows[0])
    for row, number in zip(rows, _numbers(model, len(rows)), strict=True):
        row.pk = number
    table, columns, writers = _plan(model)
    lines = "".join(
        ["\t".join([write(getattr(row, name)) for name, write in writers]) + "\n" for row in rows]
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write(lines)


def _numbers(model: type[models.Model], count: int) -> list[int]:
    """Numbers that nobody else gets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


@cache
def _plan(model: type[models.Model]) -> tuple[str, str, Sequence[tuple[str, Write]]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'"{model._meta.db_table}"', columns, [(field.attname, _writer(field)) for field in fields]


def _writer(field: "models.Field[Any, Any]") -> Write:
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, models.JSONField):
        return lambda value: _text(json.dumps(value, ensure_ascii=False))
    return _value


def _value(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (bool, int)):
        return str(int(value)) if not isinstance(value, bool) else "tf"[not value]
    raise TypeError(f"{value!r} is not written like that.")


def _text(value: str) -> str:
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return value


def _array(value: Sequence[str]) -> str:
    quoted = ",".join('"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in value)
    return _text(f"{{{quoted}}}")
