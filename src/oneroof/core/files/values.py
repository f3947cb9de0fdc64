"""The values of a row's fields, each with a clear word where it can't be read. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from oneroof.core.files.records import UnreadableRowError
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.core.storable import storable

NOTHING = frozenset({"", "nan", "null", "none", "n/a", "na", "-"})
TEXT_LIMIT = 131_072


def is_given(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name)
    return value is not None and str(value).strip().lower() not in NOTHING


def word(fields: Mapping[str, object], name: str, *, limit: int, required: bool = False) -> str:
    """Text or a number, as text without spaces around it."""
    value = fields.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        raise UnreadableRowError(f"{name} must be text")
    found = storable(str(value)).strip() if is_given(fields, name) else ""
    if required and not found:
        raise UnreadableRowError(f"{name} is empty")
    if len(found) > limit:
        raise UnreadableRowError(f"{name} is longer than {limit:,} characters")
    return found


def moment(fields: Mapping[str, object], name: str) -> datetime:
    try:
        return parse_moment(fields.get(name) if fields.get(name) is not None else "")
    except UnreadableMomentError as error:
        raise UnreadableRowError(f"{name}: {error}") from error


def moment_or_none(fields: Mapping[str, object], name: str) -> datetime | None:
    return moment(fields, name) if is_given(fields, name) else None


def amount(fields: Mapping[str, object], name: str) -> Decimal | None:
    """A sum with at most two digits behind the point; None where it is not given."""
    if not is_given(fields, name):
        return None
    try:
        found = Decimal(str(fields[name]).strip().replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise UnreadableRowError(f"{name}: “{str(fields[name])[:40]}” is not an amount") from error
    if not found.is_finite() or abs(found) >= Decimal("1e12"):
        raise UnreadableRowError(f"{name}: {str(fields[name])[:40]} is not an amount")
    return found
