"""Reports: every figure leads to its rows; letters leave once, to who may read them, and failing is told."""

import re
import smtplib
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.core import clock
from oneroof.experience.actions.reporting import save_report, send_now, send_reports, write_due
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Report, ReportLetter, SurveyAnswer
from oneroof.experience.queries.reports import SECTIONS
from oneroof.experience.rules.spans import last_span
from oneroof.experience.tests.conftest import SignIn
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db

MADE = datetime(2026, 3, 4, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 0, 5, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 0, 30, tzinfo=UTC)


def answer(number: int, score: int, at: datetime) -> None:
    SurveyAnswer.objects.create(digest=f"r{number}", kind="nps", score=score, answered_at=at)


def weekly(lead: User, *readers: User, **more: object) -> Report:
    columns = {"name": "The week", "sections": list(SECTIONS), "every": "week", "is_on": True, **more}
    with clock.frozen_at(MADE):
        return save_report(lead, None, columns, [each.pk for each in readers])


def test_spans_are_whole_days_weeks_and_months() -> None:
    assert last_span("day", MONDAY) == (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    assert last_span("week", MONDAY) == (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    assert last_span("month", MONDAY) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    assert last_span("week", last_span("week", MONDAY)[1]) == last_span("week", MONDAY)


def test_each_reader_gets_a_span_once_with_pdf_and_links(lead: User, agent: User, signed_in: SignIn) -> None:
    report = weekly(lead, agent, lead)
    for number, score in enumerate((10, 9, 3)):
        answer(number, score, datetime(2026, 3, 3, tzinfo=UTC))
    answer(9, 0, datetime(2026, 3, 9, tzinfo=UTC))
    with clock.frozen_at(MADE):
        assert write_due() == 0
    with clock.frozen_at(MONDAY):
        assert (write_due(), write_due()) == (2, 0)
        send_reports()
        send_reports()
        page = signed_in(agent).get(f"/desk/experience/reports/{report.pk}/").content.decode()
        pdf = signed_in(agent).get(f"/desk/experience/reports/{report.pk}/pdf/")
    assert sorted(each.to[0] for each in mail.outbox) == sorted([agent.email, lead.email])
    letter = mail.outbox[0]
    assert "33.3" in letter.body
    name, content, kind = letter.attachments[0]
    assert (name, kind) == ("the-week-2026-03-08.pdf", "application/pdf")
    assert content.startswith(b"%PDF")
    assert pdf.content.startswith(b"%PDF")
    assert set(ReportLetter.objects.values_list("state", flat=True)) == {"sent"}
    address = re.search(r"/desk/experience/satisfaction/answers/\S+", letter.body)
    assert address
    assert f'href="{address[0].replace("&", "&amp;")}"' in page
    rows = signed_in(agent).get(address[0]).content.decode()
    assert rows.count("of 10") == 3
    for path in set(re.findall(r'<td class="num"><a href="([^"]+)"', page)):
        assert signed_in(agent).get(path.replace("&amp;", "&")).status_code == 200


def test_whoever_may_not_read_it_gets_none_and_it_is_told(lead: User, agent: User, volunteer: User) -> None:
    with pytest.raises(ExperienceError, match="not by mail"):
        weekly(lead, volunteer)
    with pytest.raises(ExperienceError):
        weekly(lead, agent, sections=[])
    with pytest.raises(NotAllowed):
        weekly(agent, agent)
    report = weekly(lead, agent)
    agent.role = Role.VOLUNTEER
    agent.save(update_fields=["role"])
    with clock.frozen_at(MONDAY):
        assert send_now(lead, report.pk) == 1
        assert send_now(lead, report.pk) == 0
        send_reports()
    assert not mail.outbox
    assert ReportLetter.objects.get().state == "refused"
    assert Notice.objects.get(kind="report_failed").user == lead


def test_a_server_that_refuses_is_told_of_and_one_that_hangs_up_leaves_it_unknown(
    lead: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    weekly(lead, agent)
    for error, state in ((smtplib.SMTPDataError(550, b"no"), "failed"), (OSError("gone"), "unknown")):
        ReportLetter.objects.all().delete()
        Report.objects.update(sent_until=MADE)

        def fail(*_told: object, error: Exception = error) -> int:
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", fail)
        with clock.frozen_at(MONDAY):
            write_due()
            send_reports()
        with clock.frozen_at(LATER):
            assert send_reports() == 0
        assert ReportLetter.objects.get().state == state
    assert Notice.objects.filter(kind="report_failed").count() == 2


def test_a_lead_sets_up_changes_and_removes_a_report_on_the_page(
    lead: User, agent: User, signed_in: SignIn
) -> None:
    client = signed_in(lead)
    assert "No reports yet" in client.get("/desk/experience/reports/").content.decode()
    told = {"name": "Days", "sections": ["response"], "every": "day", "recipients": [agent.pk], "is_on": "on"}
    assert client.get("/desk/experience/reports/add/").status_code == 200
    assert client.post("/desk/experience/reports/add/", {**told, "sections": []}).status_code == 200
    assert client.post("/desk/experience/reports/add/", told).status_code == 302
    assert signed_in(agent).post("/desk/experience/reports/add/", told).status_code == 404
    report = Report.objects.get()
    address = f"/desk/experience/reports/{report.pk}/"
    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", {**told, "every": "month"}).status_code == 302
    assert client.post(f"{address}sending/").status_code == 302
    assert "Days" in client.get("/desk/experience/reports/").content.decode()
    assert str(agent) in client.get(address).content.decode()
    assert client.post(f"{address}removal/").status_code == 302
    assert not Report.objects.exists()
    verbs = AuditEntry.objects.filter(verb__startswith="report.").values_list("verb", flat=True)
    assert list(verbs) == ["report.removed", "report.asked", "report.saved", "report.saved"]
