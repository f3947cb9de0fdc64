"""Authors are recognised, in batches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class Author:
    """Who said something: a handle on a network, as it was met."""

    handle: str
    handle_folded: str
    name: str
    followers: int | None
    language: str | None
    seen_at: datetime


def recognise_authors(network: str, authors: Iterable[Author]) -> Mapping[str, int]:
    """The identity of each author by folded handle; those whom nobody knew become a person each.

    To be called inside the transaction that stores what they said. Names and followers follow what was seen last.
    """
    newest: dict[str, Author] = {}
    for author in authors:
        if author.handle_folded not in newest or newest[author.handle_folded].seen_at <= author.seen_at:
            newest[author.handle_folded] = author
    known = _known(network, list(newest))
    strangers = [author for folded, author in newest.items() if folded not in known]
    _refresh(known, newest)
    if strangers:
        known |= _welcome(network, strangers)
    if len(known) < len(newest):  # another batch welcomed them in the meantime
        missed = _known(network, [folded for folded in newest if folded not in known])
        _refresh(missed, newest)
        known |= missed
    return known


def _known(network: str, handles: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT handle_folded, id FROM customers_identity WHERE network = %s AND handle_folded = ANY(%s)",
            [network, handles],
        )
        return dict(cursor.fetchall())


def _welcome(network: str, strangers: list[Author]) -> dict[str, int]:
    """Those who are welcomed. Another batch may welcome the same person at the same time; the handle's own
    constraint decides.

    A person is made only for an identity that is ours to make: the reference between them is looked at when the
    transaction commits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH met AS MATERIALIZED (
                SELECT nextval(pg_get_serial_sequence('customers_person', 'id')) AS person_id, stranger.*
                FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::timestamptz[])
                    AS stranger (handle, handle_folded, name, followers, language, seen_at)
            ), welcomed AS (
                INSERT INTO customers_identity
                    (person_id, born_id, network, handle, handle_folded, name, followers, first_seen_at,
                     last_seen_at)
                SELECT person_id, person_id, %s, handle, handle_folded, name, followers, seen_at, seen_at FROM met
                ON CONFLICT (network, handle_folded) DO NOTHING
                RETURNING person_id, id, handle_folded
            ), person AS (
                INSERT INTO customers_person (id, name, language, created_at)
                SELECT person_id, COALESCE(NULLIF(name, ''), handle), language, seen_at
                FROM met JOIN welcomed USING (person_id)
            )
            SELECT handle_folded, id FROM welcomed
            """,
            [
                [author.handle for author in strangers],
                [author.handle_folded for author in strangers],
                [author.name for author in strangers],
                [author.followers for author in strangers],
                [author.language or "" for author in strangers],
                [author.seen_at for author in strangers],
                network,
            ],
        )
        return dict(cursor.fetchall())


def _refresh(known: Mapping[str, int], newest: Mapping[str, Author]) -> None:
    if not known:
        return
    met = [newest[folded] for folded in known]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_identity AS identity
            SET last_seen_at = met.seen_at,
                name = COALESCE(NULLIF(met.name, ''), identity.name),
                followers = COALESCE(met.followers, identity.followers)
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::bigint[])
                AS met (id, seen_at, name, followers)
            WHERE identity.id = met.id AND identity.last_seen_at < met.seen_at
            """,
            [
                list(known.values()),
                [author.seen_at for author in met],
                [author.name for author in met],
                [author.followers for author in met],
            ],
        )
