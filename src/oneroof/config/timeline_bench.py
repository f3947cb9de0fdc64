"""A long life on one page: the timeline of somebody with thousands of entries of every kind, among many others."""

import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.care.rules.figures import percentile
from oneroof.core import clock
from oneroof.core.scratch import machine, scratch_database
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.feelings import months_of
from oneroof.customers.models import Customer, Identity
from oneroof.customers.timeline import timeline
from oneroof.listening.models import Source
from oneroof.listening.partitions import make_partitions

DAYS, PAGES = 700, 20
OTHERS = 5
"""So many times the entries are others', in the same tables."""
# Of ten entries six are posts, one of them with a conversation, and one each a purchase, a contact and a survey.
# One of ``share`` is the person's own, the rest are another's; all lie spread over the same days.
POSTS = """
WITH made AS (INSERT INTO listening_postkey (source_id, external_id, said_at, heard_at, is_ours)
    SELECT %(source)s, 'bench-' || n, %(now)s - make_interval(secs => n * %(step)s), %(now)s, false
    FROM generate_series(1, %(all)s) AS n WHERE n %% 10 < 6 RETURNING id, external_id, said_at)
INSERT INTO listening_post (id, said_at, heard_at, source_id, external_id, identity_id, author_handle,
    author_handle_folded, author_name, text, url, kind, lang, feeling, is_ours, is_to_us, has_link,
    has_image, has_question, need, need_reasons)
SELECT id, said_at, said_at, %(source)s, external_id,
    CASE WHEN id %% %(share)s = 0 THEN %(identity)s ELSE %(other)s END, 'ana', 'ana', 'Ana',
    repeat('The kettle leaks again. ', 5), '', 'post', 'en', (id %% 20) / 10.0 - 1, false, true, false,
    false, false, 0, '[]' FROM made
"""
CONVERSATIONS = """
INSERT INTO care_conversation (source_id, identity_id, subject, snippet, opening_post_id, latest_post_id,
    posts_count, customer_name, customer_handle, need, need_reasons, is_at_risk, risk_reasons, priority,
    priority_by_hand, rank, state, claim_token, opened_at, customer_said_at, waits_from, policy, changed)
SELECT %(source)s, CASE WHEN id %% %(share)s = 0 THEN %(identity)s ELSE %(other)s END, 'The kettle leaks',
    '', id, id, 1, 'Ana', 'ana', 0, '[]', false, '[]', 'normal', false, 0, 'open', 0, said_at, said_at, said_at,
    '{}', nextval('care_conversation_changed')
FROM listening_postkey WHERE id / %(share)s %% 6 = 0
"""
PURCHASES = """
INSERT INTO customers_purchase (customer_id, purchased_at, amount, currency, product, version, quantity, digest)
SELECT CASE WHEN n %% %(share)s = 0 THEN %(customer)s ELSE %(stranger)s END,
    %(now)s - make_interval(secs => n * 10 * %(step)s), 20, 'EUR', 'Ripple', '2', 1, 'bench-' || n
FROM generate_series(1, %(all)s / 10) AS n
"""
CONTACTS = """
INSERT INTO insight_contact (external_id, channel, opened_at, customer, identity_id, reason_said, text, reason_by)
SELECT 'bench-' || n, 'phone', %(now)s - make_interval(secs => n * 10 * %(step)s), '',
    CASE WHEN n %% %(share)s = 0 THEN %(identity)s ELSE %(other)s END, '', 'It leaks.', ''
FROM generate_series(1, %(all)s / 10) AS n
"""
SURVEYS = """
INSERT INTO experience_surveyanswer (digest, kind, score, answered_at, customer, person_id, touch_point, comment,
    origin)
SELECT 'bench-' || n, 'nps', n %% 11, %(now)s - make_interval(secs => n * 10 * %(step)s), '',
    CASE WHEN n %% %(share)s = 0 THEN %(person)s ELSE %(somebody)s END, 'reply', '', ''
FROM generate_series(1, %(all)s / 10) AS n
"""
STATEMENTS = (POSTS, CONVERSATIONS, PURCHASES, CONTACTS, SURVEYS)


def measure_timeline(entries: int, runs: int) -> dict[str, Any]:
    """Each page from the newest back, and one deep in the past; and what they felt, by month."""
    with scratch_database():
        reader, identity = _fill(entries)
        identities, rows = [identity.pk], [identity.person_id]
        cursors = list(_cursors(reader, identities, rows))
        taken = [
            _timed(reader, identities, rows, cursor=cursor) for _run in range(runs) for cursor in cursors
        ]
        felt = [_felt(reader, identities) for _run in range(runs)]
        with CaptureQueriesContext(connection) as captured:
            timeline(reader, identities, rows=rows, cursor=cursors[-1])
        last = timeline(reader, identities, rows=rows, cursor=cursors[-1]).rows[-1]
    return {
        "machine": machine(),
        "entries": entries,
        "of_others": entries * OTHERS,
        "pages": len(cursors) * runs,
        "deepest_days_back": (clock.now() - last.at).days,
        "median_ms": round(median(taken), 1),
        "p99_ms": round(percentile(sorted(taken), 99), 1),
        "queries": len(captured),
        "feelings_median_ms": round(median(felt), 1),
    }


def _cursors(reader: User, identities: list[int], rows: list[int]) -> Iterator[str | None]:
    """Of the first pages, and of one that begins in the middle of the past."""
    cursor: str | None = None
    for _page in range(PAGES):
        yield cursor
        cursor = timeline(reader, identities, rows=rows, cursor=cursor).next
        if cursor is None:
            return
    middle = clock.now() - timedelta(days=DAYS / 2)
    yield timeline(reader, identities, rows=rows, until=middle).next


def _timed(reader: User, identities: list[int], rows: list[int], *, cursor: str | None) -> float:
    started = time.perf_counter()
    timeline(reader, identities, rows=rows, cursor=cursor)
    return (time.perf_counter() - started) * 1_000


def _felt(reader: User, identities: list[int]) -> float:
    started = time.perf_counter()
    months_of(reader, identities)
    return (time.perf_counter() - started) * 1_000


def _fill(entries: int) -> tuple[User, Identity]:
    now, total = clock.now(), entries * (OTHERS + 1)
    make_partitions(now - timedelta(days=day) for day in range(0, DAYS + 31, 20))
    source = Source.objects.create(network="files", name="A source")
    met = [Author(handle, handle, handle, 1, "en", now) for handle in ("ana", "ben")]
    known = recognise_authors("files", met)
    ana, ben = (Identity.objects.get(pk=known[handle]) for handle in ("ana", "ben"))
    books = [
        Customer.objects.create(person_id=each.person_id, external_id=each.handle) for each in (ana, ben)
    ]
    parameters: dict[str, Any] = {
        "now": now, "step": DAYS * 86_400 / total, "all": total, "share": OTHERS + 1, "source": source.pk,
        "identity": ana.pk, "other": ben.pk, "customer": books[0].pk, "stranger": books[1].pk,
        "person": ana.person_id, "somebody": ben.person_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, parameters)
        cursor.execute("VACUUM ANALYZE")
    return User.objects.create_user("reader@bench.example", role=Role.LEAD), ana
