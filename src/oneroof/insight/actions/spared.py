"""Of each reason some contacts and posts are drawn by chance, searched for what was known, and judged."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.queries.known_answers import known_answer
from oneroof.core import clock
from oneroof.insight.actions.learning import LONGEST
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Contact, SparedCase
from oneroof.listening.models import Post

OF_A_REASON = 100
LAST = timedelta(days=90)
AT_A_TIME = 50
DRAWN = """
SELECT reason_id, post_id, contact_id, said_at, place FROM (
    SELECT *, row_number() OVER (PARTITION BY reason_id ORDER BY place) AS number FROM (
        SELECT reason_id, NULL::bigint AS post_id, id AS contact_id, opened_at AS said_at,
            hashtextextended('contact ' || id, 0) AS place
        FROM insight_contact WHERE opened_at >= %(since)s AND reason_id IS NOT NULL AND text <> ''
        UNION ALL
        SELECT reason_id, post_id, NULL, said_at, hashtextextended('post ' || post_id, 0)
        FROM insight_placedpost WHERE said_at >= %(since)s AND reason_id IS NOT NULL
    ) AS said
) AS ranked WHERE number <= %(most)s
"""


@transaction.atomic
def draw_cases() -> int:
    """A hundred of each reason, of the last 90 days; how many. What is drawn stays so until others come before."""
    rows = [SparedCase(is_drawn=True, **row) for row in _drawn(clock.now() - LAST)]
    SparedCase.objects.filter(is_drawn=True).update(is_drawn=False)
    for key in ("post_id", "contact"):
        SparedCase.objects.bulk_create(
            [row for row in rows if (row.post_id is None) == (key == "contact")],
            update_conflicts=True,
            unique_fields=[key],
            update_fields=["reason", "is_drawn"],
        )
    SparedCase.objects.filter(is_drawn=False, is_spared=None).delete()
    return len(rows)


def _drawn(since: datetime) -> Sequence[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(DRAWN, {"since": since, "most": OF_A_REASON})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def look_for_answers() -> int:
    """Some of those that were not searched for yet, of each reason the first drawn first; how many."""
    waiting = list(
        SparedCase.objects.filter(is_drawn=True, looked_at=None)
        .select_related("contact")
        .order_by("place")[:AT_A_TIME]
    )
    for case in waiting:
        _look(case)
    return len(waiting)


def _look(case: SparedCase) -> None:
    """What has no words any more says nothing, and goes."""
    text, lang = _said(case)
    if not text.strip():
        case.delete()
        return
    case.page_id = known_answer(text[:LONGEST], at=case.said_at, lang=lang)
    case.looked_at = clock.now()
    SparedCase.objects.filter(pk=case.pk).update(page=case.page_id, looked_at=case.looked_at)


def _said(case: SparedCase) -> tuple[str, str | None]:
    said: Contact | Post | None = case.contact
    if case.post_id:
        said = Post.objects.filter(pk=case.post_id, said_at=case.said_at, gone_at=None).first()
    return (said.text, said.lang or None) if said else ("", None)


@transaction.atomic
def judge_case(actor: User, case_id: int, *, is_spared: bool) -> SparedCase:
    """Say whether the answer that was known would have spared this contact; who says it again changes it."""
    demand(actor, Permission.ANSWER)
    case = SparedCase.objects.select_for_update().get(pk=case_id)
    if case.page_id is None:
        raise InsightError(_("Nothing that was known was found for it."))
    before = {"is_spared": case.is_spared}
    case.is_spared, case.judged_by, case.judged_at = is_spared, actor, clock.now()
    case.save(update_fields=["is_spared", "judged_by", "judged_at"])
    audit.record(actor, "spared.judged", on=case, before=before, after={"is_spared": is_spared})
    return case
