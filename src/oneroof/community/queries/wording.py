"""Passages by their words: a rare one counts for more than a common one, as PostgreSQL's own rank does not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import FloatField, QuerySet
from django.db.models.expressions import RawSQL

from oneroof.community.models import EntryQuerySet, Passage
from oneroof.community.rules.passages import configuration_of

MOST_WORDS = 32
ENOUGH = 1_500
"""Passages that the rarest words alone find: further words only weigh what is found then."""
MOST_WEIGHED = 3_000
"""Where even the rarest word is common, passages beyond these are not looked at."""

# How many passages hold each word: as of the last ANALYZE, for words that PostgreSQL counts among the common ones.
LEXEMES = """
SELECT asked.lexeme, common.share, size.passages, least.share
FROM unnest(to_tsvector(%(configuration)s::regconfig, %(text)s)) AS asked
CROSS JOIN (SELECT reltuples AS passages FROM pg_class WHERE oid = 'community_passage'::regclass) AS size
LEFT JOIN pg_stats AS known ON known.tablename = 'community_passage' AND known.attname = 'words'
    AND known.schemaname = ANY (current_schemas(false))
LEFT JOIN LATERAL unnest(known.most_common_elems::text::text[], known.most_common_elem_freqs)
    AS common(lexeme, share) ON common.lexeme = asked.lexeme
LEFT JOIN LATERAL (SELECT min(share) AS share FROM unnest(known.most_common_elem_freqs) AS every(share)) AS least
    ON true
"""
TITLED, READ = 1.0, 0.5
"""What a word of the title (A) counts for, and one of the text (C); each further place of it counts for less."""
RANK = f"""(
    SELECT sum(asked.rareness
        * ts_rank('{{0, {READ}, 0, {TITLED}}}', "community_passage"."words", asked.lexeme::tsquery))
    FROM unnest(%s::text[], %s::float8[]) AS asked(lexeme, rareness)
    WHERE "community_passage"."words" @@ asked.lexeme::tsquery
)"""


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word as the index holds it, quoted for ``tsquery``; about how many passages hold it, and its worth."""

    quoted: str
    passages: float
    rareness: float


def by_words(text: str, lang: str | None, shown: EntryQuerySet) -> "QuerySet[Passage]":
    """By any of its words, since who asks says more than the answer does; the best first."""
    lexemes = _lexemes(text, lang)
    if not lexemes:
        return Passage.objects.none()
    any_of = " | ".join(each.quoted for each in _telling(lexemes))
    matching = Passage.objects.filter(entry__in=shown).extra(where=["words @@ %s::tsquery"], params=[any_of])
    weighed = Passage.objects.filter(pk__in=matching.values("pk")[:MOST_WEIGHED])
    words = [[each.quoted for each in lexemes], [each.rareness for each in lexemes]]
    rank = RawSQL(RANK, words, output_field=FloatField())  # noqa: S611  values go in as parameters
    return weighed.annotate(rank=rank).order_by("-rank", "pk")


def _lexemes(text: str, lang: str | None) -> list[Lexeme]:
    """The rarest first; all alike while PostgreSQL has not counted yet."""
    with connection.cursor() as cursor:
        cursor.execute(LEXEMES, {"configuration": configuration_of(lang), "text": text})
        lexemes = [_lexeme(*row) for row in cursor.fetchall()]
    return sorted(lexemes, key=lambda each: (each.passages, each.quoted))[:MOST_WORDS]


def _lexeme(lexeme: str, share: float | None, passages: float, least: float | None) -> Lexeme:
    quoted = "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
    if least is None or passages < 1:
        return Lexeme(quoted, 0.0, 1.0)
    holding = max((least / 2 if share is None else share) * passages, 1.0)
    return Lexeme(quoted, holding, math.log1p(max(passages - holding + 0.5, 0.5) / (holding + 0.5)))


def _telling(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """As many of the rarest as find enough."""
    telling: list[Lexeme] = []
    found = 0.0
    for each in lexemes:
        if telling and found + each.passages > ENOUGH:
            break
        telling.append(each)
        found += each.passages
    return telling
