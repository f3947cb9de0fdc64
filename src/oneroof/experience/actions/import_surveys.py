"""Answers of surveys are stored, batch by batch; a second run stores nothing twice."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from oneroof.core.files import RecordFile, Rejected, open_records
from oneroof.core.importing import Imported, Rejects, Wanted, importing
from oneroof.customers.models import Customer
from oneroof.experience.models import SurveyAnswer
from oneroof.experience.rules.surveys import FIELDS, RawAnswer, answer_of, is_day_first

AT_A_TIME = 1_000
IMPORT_LOCK = 0x0A7E3
"""Two imports at once follow one another, batch by batch: what is stored is counted exactly."""


def import_as_surveys(wanted: Wanted) -> Mapping[str, Any]:
    """What ``oneroof import --as surveys`` does."""
    files = [_opened(path, wanted) for path in wanted.files]
    with importing() as (imported, rejects):
        for file in files:
            times: Counter[RawAnswer] = Counter()
            for batch in batched(_readable(file, rejects), AT_A_TIME, strict=False):
                store_answers(batch, times, imported)
    return imported.as_result()


@transaction.atomic
def store_answers(batch: Sequence[RawAnswer], times: Counter[RawAnswer], imported: Imported) -> None:
    """Those that are not there yet, with the person where the books know the customer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    told = {}
    for answer in batch:
        times[answer] += 1
        told[answer.digest(times[answer])] = answer
    known = set(SurveyAnswer.objects.filter(digest__in=told).values_list("digest", flat=True))
    people = _people({answer.customer for answer in batch if answer.customer})
    rows = [_row(digest, answer, people) for digest, answer in told.items() if digest not in known]
    SurveyAnswer.objects.bulk_create(rows)
    imported.stored += len(rows)
    imported.duplicates += len(batch) - len(rows)
    imported.matched += sum(row.person_id is not None for row in rows)


def _opened(path: Path, wanted: Wanted) -> RecordFile[RawAnswer]:
    """A first look over the dates tells whether 03/04/2018 is in March or in April."""
    opened = partial(open_records, path, FIELDS, format=wanted.format, mapping=wanted.mapping)
    day_first = is_day_first(opened(read=lambda fields: fields.get("answered_at")).records)
    return opened(read=lambda fields: answer_of(fields, day_first))


def _readable(file: RecordFile[RawAnswer], rejects: Rejects) -> Iterator[RawAnswer]:
    for answer in file.records:
        if isinstance(answer, Rejected):
            rejects.add(file.path, answer)
        else:
            yield answer


def _people(customers: set[str]) -> dict[str, int]:
    """The row of each record, not who stands for it now: undoing a link must not leave answers with another."""
    found = Customer.objects.filter(external_id__in=customers)
    return dict(found.values_list("external_id", "person_id"))


def _row(digest: str, answer: RawAnswer, people: Mapping[str, int]) -> SurveyAnswer:
    told = {name: getattr(answer, name) for name in RawAnswer.__slots__}
    return SurveyAnswer(digest=digest, person_id=people.get(answer.customer), **told)
