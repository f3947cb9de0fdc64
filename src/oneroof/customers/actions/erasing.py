"""Everything about a person in one archive, and a person taken out of everything."""

import io
import json
import zipfile
from collections.abc import Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions.closing import close_accounts
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Permission
from oneroof.customers.actions.erasing_files import sweep_files
from oneroof.customers.actions.linking import take_turn
from oneroof.customers.belongings import all_belongings
from oneroof.customers.models import Person
from oneroof.customers.own import erase_own, holder_of, own_rows

WIPED = "…"
TEXTS = "('text', 'character varying', 'jsonb')"
SPARED = r"""NOT (c.table_name ~ '^(accounts_user$|account_emailaddress$|django_)'
    OR c.table_name ~ '^customers_' AND c.column_name ~ '(email|told|erased_id)'
    OR c.column_name ~ '(handle|external_id)')"""
"""Somebody else may have the same handle or address elsewhere; what signs in is a colleague's; a CRM that was not
told yet is told by its own number of them."""


@transaction.atomic
def export_person(actor: User, person_id: int) -> bytes:
    """A ZIP with one JSON file of each kind of belongings. Raises Person.DoesNotExist."""
    demand(actor, Permission.GOVERN_PEOPLE)
    holder = holder_of(person_id)
    audit.record(actor, "person.exported", on=Person.objects.get(pk=person_id), name=f"#{person_id}")
    told = {"people": list(own_rows(holder))} | {
        each.key: list(each.tell(holder)) for each in all_belongings()
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, rows in told.items():
            archive.writestr(
                f"{key}.json", json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            )
    return packed.getvalue()


@transaction.atomic
def erase_person(actor: User, person_id: int) -> int:
    """Take a person out of every table, search vector and file; of how many rows. Raises Person.DoesNotExist.

    What they wrote goes; where others name them, a mark stands. That it was done stays, by number alone.
    """
    demand(actor, Permission.GOVERN_PEOPLE)
    take_turn()
    holder = holder_of(person_id)
    count = sum(each.erase(holder) for each in reversed(all_belongings()))
    count += close_accounts(holder.addresses)
    person = Person.objects.get(pk=person_id)
    _forget_entries(holder.rows)
    count += erase_own(holder)
    pattern = holder.pattern
    if pattern:
        count += _sweep(pattern)
        transaction.on_commit(lambda: sweep_files(pattern))
    person.pk = person_id
    audit.record(actor, "person.erased", on=person, name=f"#{person_id}", after={"rows": count})
    return count


def _forget_entries(rows: Sequence[int]) -> None:
    told = AuditEntry.objects.filter(on_kind="customers.person", on_id__in=[str(row) for row in rows])
    told.update(on_name="", before={}, after={})


def _sweep(pattern: str) -> int:
    """Through every column that can hold words, of every table there is."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type IN {TEXTS}
              AND c.is_generated = 'NEVER'
              AND c.table_name NOT IN (SELECT inhrelid::regclass::text FROM pg_inherits)
              AND {SPARED}
            """
        )
        for table, column, kind in cursor.fetchall():
            cast = "::jsonb" if kind == "jsonb" else ""
            cursor.execute(
                f"""
                UPDATE "{table}" SET "{column}" = regexp_replace("{column}"::text, %s, %s, 'gi'){cast}
                WHERE "{column}"::text ~* %s
                """,
                [pattern, WIPED, pattern],
            )
            count += cursor.rowcount
    return count
