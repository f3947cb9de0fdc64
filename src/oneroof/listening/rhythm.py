"""How long a source is usually silent, read from its own last 30 days."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

LOOKED_AT = timedelta(days=30)
STEP = timedelta(minutes=40)
SHORTEST = timedelta(hours=1)
TIMES_USUAL = 1.5
SETTLED = timedelta(days=7)
FEWEST = 10
RANK = 3

LONG_GAPS = """
WITH RECURSIVE jump (at, gap) AS (
    SELECT (SELECT min(said_at) FROM listening_post WHERE source_id = %(source)s AND said_at > %(since)s),
           NULL::interval
  UNION ALL
    SELECT next.at, next.at - (
               SELECT max(said_at) FROM listening_post WHERE source_id = %(source)s AND said_at < next.at
                  AND said_at >= jump.at
           )
      FROM jump, LATERAL (
               SELECT min(said_at) AS at FROM listening_post
                WHERE source_id = %(source)s AND said_at > jump.at + %(step)s AND said_at <= %(until)s
           ) next
     WHERE jump.at IS NOT NULL AND next.at IS NOT NULL
)
SELECT count(*), min(at), coalesce((array_agg(gap ORDER BY gap DESC NULLS LAST))[%(rank)s], interval '0') FROM jump
"""
"""Every gap longer than STEP, without what lies between: two looks into an index for each 40 minutes at most."""


def longest_usual_silence(source_id: int, until: datetime) -> timedelta | None:
    """Silence longer than this is unusual; None while too little was heard to know.

    One and a half times the third-longest gap between its posts of the 30 days before ``until``, an hour at least:
    longer ones came twice at most. So nights and weekends are usual wherever they are, and one outage is not.
    """
    since = until - LOOKED_AT
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "source": source_id,
            "since": since,
            "until": until,
            "step": STEP,
            "rank": RANK,
        }
        cursor.execute(LONG_GAPS, asked)
        found, first, third = cursor.fetchone()
    if found < FEWEST or until - first < SETTLED:
        return None
    usual: timedelta = third * TIMES_USUAL
    return max(usual, SHORTEST)
