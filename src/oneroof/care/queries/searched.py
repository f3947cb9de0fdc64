"""Which posts have these words: the newest of them, in bounded time however common or rare the words are."""

from itertools import pairwise
from typing import Any

from django.db import connection

from oneroof.core import clock

FOUND_AT_MOST = 2_000
LOOKED_AT = 10_000
SEARCHED_BACK = (1, 7, 30, 150)
"""Days: the edges of what is searched in turn."""

# Order and limit by a sum, which no index has: of the words' index alone is known how few they are.
OLDER = """
UNION ALL (SELECT id FROM listening_post
    WHERE words @@ %(words)s::tsquery AND {span} AND said_at + interval '0' < (SELECT since FROM looked_at)
    ORDER BY said_at + interval '0' DESC LIMIT %(most)s)"""
FOUND = """
WITH looked_at AS (
    SELECT min(said_at) AS since
    FROM (SELECT said_at FROM listening_post ORDER BY said_at DESC LIMIT %(looked_at)s) AS newest
)
(SELECT id FROM (
    SELECT id, words FROM listening_post ORDER BY said_at DESC FETCH FIRST %(looked_at)s ROWS WITH TIES
) AS newest WHERE words @@ %(words)s::tsquery LIMIT %(most)s)"""


def posts_with(words: list[str], *, most: int = FOUND_AT_MOST, looked_at: int = LOOKED_AT) -> list[int]:
    """Numbers of the newest posts that have all of the words, the last one as a beginning; ``most`` of them.

    The newest ``looked_at`` are looked at one by one: common words are found there. What is older is searched by
    the index on words, a span at a time, only while some are missing, and so only for words that are not common.
    """
    asked: dict[str, Any] = {"words": _tsquery(words), "most": most, "looked_at": looked_at}
    edges = {f"back_{days}": clock.ago(days=days) for days in SEARCHED_BACK}
    older = "".join(OLDER.format(span=span) for span in _spans(list(edges)))
    with connection.cursor() as cursor:
        cursor.execute(f"{FOUND}{older} LIMIT %(most)s", asked | edges)
        return [pk for (pk,) in cursor.fetchall()]


def _spans(edges: list[str]) -> list[str]:
    """The newest first: each from one edge on and before the one after it."""
    between = [f"said_at < %({newer})s AND said_at >= %({older})s" for newer, older in pairwise(edges)]
    return [f"said_at >= %({edges[0]})s", *between, f"said_at < %({edges[-1]})s"]


def _tsquery(words: list[str]) -> str:
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return " & ".join([*quoted[:-1], quoted[-1] + ":*"])
