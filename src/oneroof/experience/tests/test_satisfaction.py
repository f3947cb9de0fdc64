"""Satisfaction by touch point and month; each figure leads to the answers that it was counted from."""

from datetime import UTC, datetime

import pytest

from oneroof.accounts.models import User
from oneroof.experience.models import SurveyAnswer
from oneroof.experience.queries.satisfaction import answers_page, by_month, by_touch_point, month_of, overall
from oneroof.experience.tests.conftest import SignIn
from oneroof.experience.tests.test_response import queries

pytestmark = pytest.mark.django_db


def said(number: int, score: int, month: int, touch_point: str = "Order", kind: str = "nps") -> SurveyAnswer:
    return SurveyAnswer.objects.create(
        digest=f"{number:064}",
        kind=kind,
        score=score,
        answered_at=datetime(2026, month, 28, 23, 30, tzinfo=UTC),
        touch_point=touch_point,
        comment=f"word {number}",
    )


def test_months_and_touch_points_with_their_intervals() -> None:
    for number, (score, month, where) in enumerate(((10, 1, "Order"), (10, 1, "Help"), (0, 2, "Order"))):
        said(number, score, month, where)
    said(9, 4, 1, kind="csat")
    assert [(each.name, each.estimate.value) for each in by_month("nps")] == [
        ("2026-01", 100),
        ("2026-02", -100),
    ]
    assert [(each.name, each.estimate.answers) for each in by_touch_point("nps")] == [
        ("Order", 2),
        ("Help", 1),
    ]
    whole, satisfied = overall("nps"), overall("csat")
    assert whole
    assert satisfied
    assert whole.value == pytest.approx(100 / 3)
    assert whole.low < whole.value < whole.high
    assert satisfied.value == 100
    assert [each.score for each in answers_page("nps", "Order", month_of("2026-02")).rows] == [0]


def test_pages_and_bad_addresses(agent: User, signed_in: SignIn) -> None:
    client, counts = signed_in(agent), []
    address = "/desk/experience/satisfaction/"
    assert "No answers yet" in client.get(address).content.decode()
    for start, end in ((0, 3), (3, 30)):
        for number in range(start, end):
            said(number, 9, 1 + number % 3)
        counts.append([queries(client, address), queries(client, f"{address}answers/?month=2026-01")])
    assert counts[0] == counts[1]
    found = client.get(f"{address}answers/?kind=nps&touch_point=Order&month=2026-01").content.decode()
    assert "word 0" in found
    assert "word 1<" not in found
    assert client.get(f"{address}answers/?month=2026-99&kind=what").status_code == 200
    assert client.get(f"{address}answers/?after=what").status_code in (400, 404)
