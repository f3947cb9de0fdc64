"""Each morning a department's people are told what most complained of the day before."""

from datetime import UTC, date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.insight.actions.twenty import make_day
from oneroof.insight.models import ComplaintDay, DigestedDay
from oneroof.insight.queries.said import span_of
from oneroof.insight.queries.twenty import TOP, Shown, twenty
from oneroof.listening.mornings import last_morning
from oneroof.notify.actions import tell

KIND = "twenty"
NEWS_FOR = timedelta(hours=12)
SHOWN = 5


def look_at_the_day() -> None:
    """The day that runs is grouped anew; the one before is once it is whole."""
    today = clock.now().astimezone(UTC).date()
    for day in (today - timedelta(days=1), today):
        if not _is_whole(day):
            make_day(day)


def tell_mornings() -> None:
    """Safe to call again: whoever was told of a day is not told again."""
    for department in Department.objects.all():
        for person in User.objects.who_may(Permission.HEAR).filter(departments=department):
            day = _news_for(person)
            if day:
                _tell(person, department, day)


def _news_for(person: User) -> date | None:
    """The last whole day before this person's morning, while that is news."""
    now = clock.now()
    morning = last_morning(now, person.time_zone)
    day = morning.astimezone(UTC).date() - timedelta(days=1)
    return day if now - morning < NEWS_FOR and _is_whole(day) else None


def _is_whole(day: date) -> bool:
    return DigestedDay.objects.filter(day=day, at__gte=span_of(day)[1]).exists()


def _tell(person: User, department: Department, day: date) -> None:
    count = min(ComplaintDay.objects.filter(day=day, complaint__department=department).count(), TOP)
    if not count:
        return
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = ngettext(
            "%(department)s: %(count)d thing that people complained of",
            "%(department)s: %(count)d things that people complained of",
            count,
        )
        lines = [_line(row) for row in twenty(day, department.pk)[:SHOWN]]
        if count > len(lines):
            lines.append(_("and %(count)d more") % {"count": count - len(lines)})
        tell(
            [person],
            key=f"twenty:{day}:{department.pk}",
            kind=KIND,
            title=title % {"department": department, "count": count},
            body="\n".join(lines),
            path=f"{reverse('insight:today')}?day={day}&department={department.pk}",
        )


def _line(row: Shown) -> str:
    told = _("%(rank)d. %(name)s: %(people)d people, %(state)s") % {
        "rank": row.rank,
        "name": row.complaint.name,
        "people": row.day.people,
        "state": row.complaint.get_state_display(),
    }
    return f"{told}, {row.change:+d} %" if row.change is not None else told
