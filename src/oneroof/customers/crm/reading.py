"""A pushed message becomes records of ours, each with a clear word where it cannot be read. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from oneroof.core.files import UnreadableRowError
from oneroof.core.files.values import amount, is_given, moment, moment_or_none, word
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.customers.crm.dialects import NAMED_BY, OBJECTS, at, fields_of

MOST_RECORDS = 200
CHANGED, ERASED = "records.changed", "records.erased"
YES = frozenset({"true", "1", "yes"})
KEY = 120


@dataclass(frozen=True, slots=True)
class Message:
    type: str
    records: Sequence[object]


@dataclass(frozen=True, slots=True)
class Told:
    """One of their records: ``fields`` by our names, as they came."""

    kind: str
    external_id: str
    changed_at: datetime
    is_deleted: bool
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PurchaseTold:
    """``is_won`` is False of what was not bought (yet)."""

    person: str
    purchased_at: datetime
    amount: Decimal
    currency: str
    product: str
    version: str
    quantity: Decimal
    is_won: bool


@dataclass(frozen=True, slots=True)
class AssetTold:
    person: str
    product: str
    version: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CaseTold:
    person: str
    number: str
    subject: str
    status: str
    opened_at: datetime
    closed_at: datetime | None


def read_message(body: bytes) -> Message:
    """``{"type": "records.changed", "data": {"records": […]}}``, or ``records.erased``. Raises
    ReceiptRefusedError."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReceiptRefusedError(f"The body is not JSON: {error}.", status=400) from error
    kind, records = at(message, "type"), at(message, "data.records")
    if kind not in (CHANGED, ERASED) or not isinstance(records, list):
        raise ReceiptRefusedError(
            f"The body must be {{“type”: “{CHANGED}” or “{ERASED}”, “data”: {{“records”: […]}}}}.", status=400
        )
    if len(records) > MOST_RECORDS:
        raise ReceiptRefusedError(f"A message carries at most {MOST_RECORDS} records.", status=413)
    return Message(str(kind), records)


def read_record(dialect: str, changed: Mapping[str, str], raw: object, *, latest: datetime) -> Told:
    """``latest`` is the last moment at which it can have been changed. Raises UnreadableRowError."""
    kind = kind_of(dialect, raw)
    fields = {
        name: next((found for path in paths if (found := at(raw, path)) not in (None, "")), None)
        for name, paths in fields_of(dialect, kind, changed).items()
    }
    changed_at = moment(fields, "changed_at")
    if changed_at > latest:
        raise UnreadableRowError("changed_at lies ahead of our clock")
    return Told(
        kind, word(fields, "id", limit=KEY, required=True), changed_at, is_yes(fields, "deleted"), fields
    )


def kind_of(dialect: str, raw: object) -> str:
    """Raises UnreadableRowError."""
    named = at(raw, NAMED_BY[dialect])
    kind = OBJECTS[dialect].get(named) if isinstance(named, str) else None
    if kind is None:
        known = ", ".join(OBJECTS[dialect])
        raise UnreadableRowError(f"{NAMED_BY[dialect]} must be one of {known}")
    return kind


def number_of(dialect: str, changed: Mapping[str, str], raw: object) -> str:
    """Of a person who was erased: all that is read of them. Raises UnreadableRowError."""
    if kind_of(dialect, raw) != "person":
        raise UnreadableRowError("only a person can be erased")
    paths = fields_of(dialect, "person", changed)["id"]
    return word({"id": next((at(raw, path) for path in paths), None)}, "id", limit=KEY, required=True)


def name_of(fields: Mapping[str, object]) -> str:
    whole = word(fields, "name", limit=200)
    parts = (word(fields, "first_name", limit=100), word(fields, "last_name", limit=100))
    return whole or " ".join(filter(None, parts))


def purchase_of(fields: Mapping[str, object]) -> PurchaseTold:
    """Raises UnreadableRowError."""
    paid, quantity = amount(fields, "amount"), amount(fields, "quantity")
    if paid is None:
        raise UnreadableRowError("amount is empty")
    return PurchaseTold(
        person=word(fields, "person", limit=KEY, required=True),
        purchased_at=moment(fields, "purchased_at"),
        amount=paid,
        currency=word(fields, "currency", limit=3).upper(),
        product=word(fields, "product", limit=200),
        version=word(fields, "version", limit=80),
        quantity=Decimal(1) if quantity is None else quantity,
        is_won=not is_given(fields, "is_won") or is_yes(fields, "is_won"),
    )


def asset_of(fields: Mapping[str, object]) -> AssetTold:
    """Raises UnreadableRowError."""
    return AssetTold(
        person=word(fields, "person", limit=KEY, required=True),
        product=word(fields, "product", limit=200, required=True),
        version=word(fields, "version", limit=80),
        since=moment(fields, "since"),
    )


def case_of(fields: Mapping[str, object], external_id: str) -> CaseTold:
    """Raises UnreadableRowError."""
    return CaseTold(
        person=word(fields, "person", limit=KEY, required=True),
        number=word(fields, "number", limit=KEY) or external_id,
        subject=word(fields, "subject", limit=300),
        status=word(fields, "status", limit=80),
        opened_at=moment(fields, "opened_at"),
        closed_at=moment_or_none(fields, "closed_at"),
    )


def was_bought(fields: Mapping[str, object]) -> bool:
    """Of a product owned, whether its record also says when and for how much."""
    return is_given(fields, "amount") and is_given(fields, "purchased_at")


def words_of(fields: Mapping[str, object]) -> Mapping[str, bool]:
    """What they say that the person agreed to. Opting out of mail is a no to news. Raises UnreadableRowError."""
    told: Any = fields.get("consent") or {}
    if not isinstance(told, Mapping) or not all(isinstance(each, bool) for each in told.values()):
        raise UnreadableRowError("consent must be an object of true and false by purpose")
    return {**({"news": False} if is_yes(fields, "no_mail") else {}), **told}


def is_yes(fields: Mapping[str, object], name: str) -> bool:
    return str(fields.get(name) or "").strip().casefold() in YES
