"""Handles that look like one person's are proposed, never joined: night by night, those that are new."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import connection, transaction

from oneroof.core import clock
from oneroof.customers.actions.linking import Claim, note_claims
from oneroof.customers.models import Evidence, Identity, Purchase
from oneroof.customers.rules import PROPOSED_FROM, likeness, with_signs

AT_ONCE, A_NIGHT = 200, 20_000
NEAREST = 10
ALIKE = 0.5
"""Share of trigrams in common from which two handles are looked at; what is proposed is decided by the rules."""
NEAR = """
WITH fresh AS (
    SELECT me.id, me.network, me.person_id, me.born_id, split_part(me.handle_folded, '@', 1) AS handle,
        COALESCE(NULLIF(me.name, ''), own.name) AS name
    FROM customers_identity AS me JOIN customers_person AS own ON own.id = me.born_id WHERE me.id = ANY(%s)
)
SELECT fresh.id, near.id FROM fresh CROSS JOIN LATERAL (
    (SELECT other.id FROM customers_identity AS other
    WHERE split_part(other.handle_folded, '@', 1) %% fresh.handle
        AND other.network <> fresh.network AND other.person_id <> fresh.person_id
    ORDER BY similarity(split_part(other.handle_folded, '@', 1), fresh.handle) DESC, other.id LIMIT %s)
    UNION
    (SELECT other.id FROM customers_person AS named JOIN customers_identity AS other ON other.born_id = named.id
    WHERE position(' ' IN fresh.name) > 1
        AND to_tsvector('simple', named.name) @@ phraseto_tsquery('simple', fresh.name)
        AND other.network <> fresh.network AND other.person_id <> fresh.person_id ORDER BY other.id LIMIT %s)
) AS near
"""
type Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What of an identity is compared; ``row`` is whose it was when it was met."""

    row: int
    whole: int
    network: str
    handle: str
    name: str
    language: str

    @property
    def compared(self) -> dict[str, str]:
        return {"handle": self.handle.partition("@")[0], "name": self.name}


def propose_likeness(limit: int = A_NIGHT) -> int:
    """Compare the handles that nobody compared yet with all others; how many proposals are new."""
    fresh = Identity.objects.filter(likened_at=None).order_by("-pk").values_list("pk", flat=True)[:limit]
    return sum(_propose(batch) for batch in batched(list(fresh), AT_ONCE, strict=False))


@transaction.atomic
def _propose(batch: Sequence[int]) -> int:
    pairs = _near(batch)
    known = _known({each for pair in pairs for each in pair})
    owned = _owned({each.row for each in known.values()})
    proposed = note_claims(_claims(pairs, known, owned))
    Identity.objects.filter(pk__in=batch).update(likened_at=clock.now())
    return proposed


def _near(batch: Sequence[int]) -> set[Pair]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
        cursor.execute(NEAR, [list(batch), NEAREST, NEAREST])
        return {(min(pair), max(pair)) for pair in cursor.fetchall()}


def _known(ids: Iterable[int]) -> dict[int, Known]:
    found = Identity.objects.filter(pk__in=ids).select_related("born")
    return {
        each.pk: Known(
            each.born_id,
            each.person_id,
            each.network,
            each.handle_folded,
            each.name or each.born.name,
            each.born.language,
        )
        for each in found
    }


def _owned(rows: Iterable[int]) -> Mapping[int, set[str]]:
    """The products of each human among these rows who is in the books."""
    bought = Purchase.objects.filter(customer__person__in=rows).exclude(product="")
    owned: dict[int, set[str]] = {}
    for row, product in bought.order_by().values_list("customer__person", "product").distinct():
        owned.setdefault(row, set()).add(product)
    return owned


def _claims(
    pairs: Iterable[Pair], known: Mapping[int, Known], owned: Mapping[int, set[str]]
) -> Iterator[Claim]:
    sharing = Counter(each for pair in pairs for each in pair)
    for pair in sorted(pairs):
        one, other = (known[each] for each in pair)
        signs = _signs(one, other, owned)
        crowd = max(sharing[each] for each in pair)
        strength = with_signs(likeness(one.compared, other.compared, crowd + 1), len(signs))
        if strength >= PROPOSED_FROM:
            yield Claim(one.row, other.row, Evidence.LIKENESS, strength, _told(one, other, crowd, signs))


def _signs(one: Known, other: Known, owned: Mapping[int, set[str]]) -> dict[str, Any]:
    """What speaks for one human beside the names."""
    signs: dict[str, Any] = {}
    if one.language and one.language == other.language:
        signs["language"] = one.language
    if both := sorted(owned.get(one.row, set()) & owned.get(other.row, set())):
        signs["products"] = both
    return signs


def _told(one: Known, other: Known, crowd: int, signs: Mapping[str, Any]) -> dict[str, Any]:
    handles = [f"{each.handle} · {each.network}" for each in (one, other)]
    return {"handles": handles, "names": [one.name, other.name], "also_near": crowd - 1, **signs}
