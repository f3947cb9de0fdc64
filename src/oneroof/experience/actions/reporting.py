"""Reports are set up, and leave at most once a reader and span; what did not arrive is told to who set them up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.audit import record
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.experience.actions.mailing import deliver
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import InvitationState, Report, ReportLetter, ReportState
from oneroof.experience.queries.reports import SECTIONS, may_read
from oneroof.experience.report_letters import report_letter
from oneroof.experience.rules.spans import last_span
from oneroof.notify.actions import tell

AT_ONCE, PAUSE = 50, timedelta(minutes=10)
GIVEN_UP, LOST = timedelta(hours=12), timedelta(minutes=10)
OUTCOMES = {
    InvitationState.WAITING: ReportState.WAITING,
    InvitationState.SENT: ReportState.SENT,
    InvitationState.FAILED: ReportState.FAILED,
    InvitationState.UNKNOWN: ReportState.UNKNOWN,
}


@transaction.atomic
def save_report(
    actor: User, report_id: int | None, columns: dict[str, Any], recipients: Sequence[int]
) -> Report:
    """Raises ExperienceError for a reader who may not read all of it at the desk."""
    demand(actor, Permission.STEER)
    report = Report.objects.select_for_update().get(pk=report_id) if report_id else Report(made_by=actor)
    before = {name: getattr(report, name) for name in columns} if report_id else {}
    for name, wanted in columns.items():
        setattr(report, name, wanted)
    if not report.sections or any(key not in SECTIONS for key in report.sections):
        raise ExperienceError(_("Choose what stands in it."))
    readers = list(User.objects.filter(pk__in=recipients, is_active=True))
    barred = [str(each) for each in readers if not may_read(report, each)]
    if barred:
        words = _("They may not read it at the desk, so not by mail either: %(names)s.")
        raise ExperienceError(words % {"names": ", ".join(barred)})
    if not report_id or before["every"] != report.every:
        report.sent_until = last_span(report.every, clock.now())[1]
    report.save()
    report.recipients.set(readers)
    told = {**columns, "recipients": [str(each) for each in readers]}
    record(actor, "report.saved", on=report, before=before, after=told)
    return report


@transaction.atomic
def remove_report(actor: User, report_id: int) -> None:
    demand(actor, Permission.STEER)
    report = Report.objects.select_for_update().get(pk=report_id)
    record(actor, "report.removed", on=report)
    report.delete()


@transaction.atomic
def send_now(actor: User, report_id: int) -> int:
    """Of the last whole span, to readers who have no letter of it yet."""
    demand(actor, Permission.STEER)
    report = Report.objects.select_for_update().get(pk=report_id)
    written = _write(report)
    record(actor, "report.asked", on=report, after={"letters": written})
    return written


def write_due() -> int:
    """A letter a reader, for each report whose span has ended; spans missed while nothing ran are left out."""
    written = 0
    for report_id in Report.objects.filter(is_on=True).values_list("pk", flat=True):
        with transaction.atomic():
            report = Report.objects.select_for_update().filter(pk=report_id, is_on=True).first()
            if report and report.sent_until < last_span(report.every, clock.now())[1]:
                written += _write(report)
    return written


def send_reports() -> int:
    """Says how many were tried."""
    _give_up_lost()
    due = ReportLetter.objects.filter(state=ReportState.WAITING, due_at__lte=clock.now())
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        taken = ReportLetter.objects.filter(pk=pk, state=ReportState.WAITING)
        if taken.update(state=ReportState.SENDING, changed_at=clock.now()):
            _send(ReportLetter.objects.select_related("report__made_by", "user").get(pk=pk))
    return len(ids)


def _write(report: Report) -> int:
    """The caller holds the report's row."""
    until = last_span(report.every, clock.now())[1]
    known = set(report.letters.filter(until=until).values_list("user", flat=True))
    readers = [each for each in report.recipients.all() if each.pk not in known]
    ReportLetter.objects.bulk_create(ReportLetter(report=report, user=each, until=until) for each in readers)
    report.sent_until = until
    report.save(update_fields=["sent_until"])
    return len(readers)


def _send(letter: ReportLetter) -> None:
    """Whoever may not read it any more gets nothing."""
    if not may_read(letter.report, letter.user):
        return _settle(letter, ReportState.REFUSED)
    try:
        message = report_letter(letter)
    except Exception:
        _settle(letter, ReportState.FAILED)
        raise
    outcome = OUTCOMES[deliver(message)]
    if outcome == ReportState.WAITING:
        letter.due_at = clock.now() + PAUSE
        if clock.now() - letter.made_at > GIVEN_UP:
            outcome = ReportState.FAILED
    return _settle(letter, outcome)


def _settle(letter: ReportLetter, state: ReportState) -> None:
    letter.state, letter.changed_at = state, clock.now()
    letter.save(update_fields=["state", "changed_at", "due_at"])
    if state in (ReportState.FAILED, ReportState.UNKNOWN, ReportState.REFUSED):
        _tell(letter)


def _give_up_lost() -> None:
    """What was being sent when its process died does not go again: nobody knows whether it left."""
    lost = ReportLetter.objects.filter(state=ReportState.SENDING, changed_at__lt=clock.now() - LOST)
    for letter in lost.select_related("report__made_by", "user"):
        _settle(letter, ReportState.UNKNOWN)


def _tell(letter: ReportLetter) -> None:
    if letter.report.made_by is None:
        return
    words = _("%(report)s did not reach %(name)s: %(state)s")
    told = {"report": letter.report, "name": letter.user, "state": letter.get_state_display()}
    tell(
        [letter.report.made_by],
        key=f"report:{letter.pk}",
        kind="report_failed",
        title=words % told,
        path=f"/desk/experience/reports/{letter.report_id}/",
    )
