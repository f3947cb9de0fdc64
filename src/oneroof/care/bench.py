"""The inbox page under a full house: a database of its own, filled by SQL, asked through Django's client.

Then most of it is answered, and the page of service levels is asked for.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Role
from oneroof.care.models import Tag
from oneroof.care.queries.inbox import VIEWS
from oneroof.care.rules.figures import percentile
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.scratch import machine, scratch_database
from oneroof.listening.models import Source, Watch
from oneroof.listening.partitions import make_partitions

# The home of a measurement has no collected static files; their names cost the same.
PLAIN_STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
POLICY = {
    "priority": "normal", "first_response_minutes": 480, "resolution_minutes": 4320,
    "hours": {
        "name": "Office", "time_zone": "Europe/Berlin", "closed_on": ["2026-01-01", "2026-12-25"],
        "days": {str(day): [["09:00", "12:30"], ["13:30", "18:00"]] for day in range(5)},
    },
}  # fmt: skip
DAYS = 30
SOURCES, PEOPLE, POSTS_A_THREAD = 5, 20, 3
REPEATS = 8
NARROWED = ("lang=de", "priority=urgent", "need=80", "tag=tag+3", "q=limescale+warranty", "q=word77")
WORDS = [
    *("kettle", "leak", "seal", "filter", "lid", "switch", "boil", "noise", "order", "parcel", "refund"),
    *("broken", "great", "love", "hate", "slow", "warm", "cold", "handle", "manual", "warranty", "shop"),
    *("price", "blue", "steel", "glass", "limescale", "please", "help", "today", "again", "answers"),
]

# Threads of three posts first, then posts that stand alone; one every few seconds back from now.
KEYS = """
INSERT INTO listening_postkey (id, source_id, external_id, parent_id, thread_id, said_at, heard_at, is_ours)
SELECT n, %(source)s + n %% 5, 'bench-' || n, NULLIF(thread, n), thread,
    said_at, said_at, n > %(threads)s AND thread < n AND n %% 2 = 0
FROM generate_series(1, %(posts)s) AS n,
    LATERAL (SELECT CASE WHEN n <= %(threads)s * 3 THEN (n - 1) %% %(threads)s + 1 ELSE n END AS thread,
        %(now)s - make_interval(secs => n * %(step)s) AS said_at) AS made
"""
POSTS = """
INSERT INTO listening_post (id, said_at, heard_at, source_id, external_id, author_handle,
    author_handle_folded, author_name, text, words, url, kind, lang, feeling, is_ours, is_to_us, has_link,
    has_image, has_question, need, need_reasons)
SELECT key.id, key.said_at, key.heard_at, key.source_id, key.external_id, 'customer' || key.thread_id,
    'customer' || key.thread_id, 'Customer ' || key.thread_id, said.text,
    to_tsvector('simple', said.text), '', 'post', (ARRAY['en', 'es', 'de', 'fr', 'ja'])[1 + key.id %% 5], 0,
    key.is_ours, NOT key.is_ours, false,
    false, true, key.id %% 101, '[]'
FROM listening_postkey AS key,
    LATERAL (SELECT string_agg((%(words)s::text[])[1 + (hashint8(key.id * 31 + place) & 2147483647)
        %% array_length(%(words)s::text[], 1)], ' ') || ' word' || key.id %% 50000 AS text
        FROM generate_series(1, 20) AS place) AS said
"""
CONVERSATIONS = """
INSERT INTO care_conversation (thread_id, source_id, subject, snippet, opening_post_id, latest_post_id,
    posts_count, customer_name, customer_handle, lang, need, need_reasons, is_at_risk, risk_reasons, priority,
    priority_by_hand, rank, state, department_id, assignee_id, claimant_id, claim_expires_at, claim_token,
    opened_at, customer_said_at, waits_from, awaiting_since, first_due_at, policy, changed)
SELECT post.id, post.source_id, left(post.text, 200), left(post.text, 200), post.id, post.id, 3,
    post.author_name, post.author_handle, post.lang, post.need, '[]', post.id %% 97 = 0, '[]',
    (ARRAY['urgent', 'high', 'normal', 'low'])[1 + post.id %% 4], false,
    post.need * 900 - extract(epoch FROM post.said_at)::bigint, 'open',
    (%(rooms)s::bigint[])[1 + post.id %% array_length(%(rooms)s::bigint[], 1)],
    CASE WHEN post.id %% 50 = 0 THEN %(person)s + post.id %% 20 END,
    CASE WHEN post.id %% 200 = 1 THEN %(person)s + post.id %% 20 END,
    CASE WHEN post.id %% 200 = 1 THEN %(now)s + interval '1 hour' END,
    0, post.said_at, post.said_at, post.said_at, post.said_at, post.said_at + interval '8 hours', %(policy)s,
    nextval('care_conversation_changed')
FROM listening_post AS post WHERE post.id <= %(threads)s
"""
# Begun over the last month; four in five answered, seven in ten done.
ANSWERED = """
UPDATE care_conversation SET opened_at = begun, resolution_due_at = begun + interval '3 days',
    first_response_at = CASE WHEN id % 10 < 8 THEN begun + make_interval(mins => (id * 7919 % 1500)::int) END,
    resolved_at = CASE WHEN id % 10 < 7 THEN begun + make_interval(mins => (1500 + id * 7919 % 5500)::int) END
FROM (SELECT id AS number, opened_at - make_interval(secs => id * 260 % 2500000) AS begun FROM care_conversation)
WHERE id = number
"""
TAGGED = """
INSERT INTO care_tagging (tag_id, conversation_id, at)
SELECT %(tag)s + conversation.id %% 10, conversation.id, %(now)s
FROM care_conversation AS conversation WHERE conversation.id %% 3 = 0
"""
CAUGHT = """
INSERT INTO listening_mention (watch_id, post_id, said_at, caught_at)
SELECT %(watch)s, key.id, key.said_at, key.said_at FROM listening_postkey AS key WHERE key.id %% 10 = 0
"""


def measure_inbox(posts: int, conversations: int, runs: int) -> dict[str, Any]:
    """Each view, filtered and searched too, several times a run; the median of the runs."""
    if conversations * POSTS_A_THREAD > posts:
        raise OneroofError(f"{conversations:,} threads of three posts need more posts than {posts:,}.")
    with scratch_database(), override_settings(STORAGES=PLAIN_STORAGES):
        started = time.monotonic()
        user = fill(posts, conversations)
        filled = time.monotonic() - started
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        addresses = list(_addresses())
        for address in addresses:
            _timed(client, address)
        measured = [_run(client, addresses) for _ in range(runs)]
        queries = {address: _queries(client, address) for address in addresses}
        levels = _levels(client, REPEATS * runs)
    return {
        "machine": machine(),
        "posts": posts,
        "open_conversations": conversations,
        "runs": runs,
        "requests_a_run": len(addresses) * REPEATS,
        "fill_seconds": round(filled, 1),
        "median_ms": round(median(run["median"] for run in measured), 1),
        "p99_ms": round(median(run["p99"] for run in measured), 1),
        "slowest": max(measured, key=lambda run: float(run["p99"]))["slowest"],
        "queries": max(queries.values()),
        "levels_median_ms": round(median(levels), 1),
        "levels_slowest_ms": round(max(levels), 1),
    }


def fill(posts: int, conversations: int) -> User:
    now = clock.now()
    step = DAYS * 86_400 / posts
    sources = [Source.objects.create(network="files", name=f"Source {number}") for number in range(SOURCES)]
    people = [
        User.objects.create_user(f"agent{number}@bench.example", role=Role.LEAD) for number in range(PEOPLE)
    ]
    rooms = list(Department.objects.values_list("pk", flat=True))
    people[0].departments.set(rooms[:2])
    tags = [Tag.objects.create(name=f"tag {number}") for number in range(10)]
    watch = Watch.objects.create(name="A watch", query="kettle", owner=people[0])
    make_partitions(now - timedelta(days=day) for day in range(DAYS + 1))
    parameters: dict[str, Any] = {
        "posts": posts, "threads": conversations, "now": now, "step": step, "source": sources[0].pk,
        "person": people[0].pk, "rooms": rooms, "tag": tags[0].pk, "watch": watch.pk, "words": WORDS,
        "policy": json.dumps(POLICY),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for name, statement in (
            ("keys", KEYS),
            ("posts", POSTS),
            ("conversations", CONVERSATIONS),
            ("tags", TAGGED),
            ("mentions", CAUGHT),
        ):
            started = time.monotonic()
            cursor.execute(statement, parameters)
            sys.stderr.write(f"{name}: {cursor.rowcount:,} rows in {time.monotonic() - started:.0f} s\n")
        for table in ("listening_postkey", "care_conversation"):  # ids were given: the next is ours no more
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("VACUUM ANALYZE")
    return people[0]


def _addresses() -> Iterator[str]:
    """What people look at: every list, and lists narrowed in each way."""
    inbox = reverse("care:inbox")
    for view in VIEWS:
        yield f"{inbox}?view={view}"
    for narrowed in NARROWED:
        yield f"{inbox}?view=open&{narrowed}"
    yield f"{inbox}?view=open&watch={Watch.objects.get().pk}"
    yield f"{inbox}?view=open&source={Source.objects.order_by('pk')[0].pk}&lang=es&need=50"


def _run(client: Client, addresses: list[str]) -> dict[str, Any]:
    taken = [(_timed(client, address), address) for _ in range(REPEATS) for address in addresses]
    rising = sorted(milliseconds for milliseconds, _address in taken)
    return {"median": median(rising), "p99": percentile(rising, 99), "slowest": max(taken)[1]}


def _levels(client: Client, times: int) -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED)
        cursor.execute("VACUUM ANALYZE care_conversation")
    address = reverse("care:levels")
    _timed(client, address)
    return [_timed(client, address) for _ in range(times)]


def _timed(client: Client, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - started) * 1_000
    if answer.status_code != 200:
        raise OneroofError(f"{address} answered {answer.status_code}.")
    return took


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)
