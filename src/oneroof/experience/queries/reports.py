"""What stands in reports: figures of a span, each with its interval and the address of its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Sought
from oneroof.experience.models import Kind, Report, Trial
from oneroof.experience.queries.response import response
from oneroof.experience.queries.returns import reckoned
from oneroof.experience.queries.satisfaction import overall
from oneroof.experience.queries.trials import shown
from oneroof.insight.models import Contact, Reason

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    note: str
    path: str


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    label: str | Promise
    permission: Permission
    read: Callable[[datetime, datetime], Iterator[Figure]]


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report of one span, as its page, its letter and its PDF show it."""

    name: str
    start: datetime
    end: datetime
    parts: list[Part]

    @property
    def last_day(self) -> datetime:
        return self.end - timedelta(days=1)

    @property
    def span(self) -> str:
        """“1 May – 7 May”; a day alone where it is one, in the reader's language and zone."""
        first, last = (date_format(moment, "DATE_FORMAT") for moment in (self.start, self.last_day))
        return first if first == last else f"{first} – {last}"


def sheet_of(report: Report, reader: User, span: tuple[datetime, datetime]) -> Sheet:
    """Sections that this reader may not read are left out."""
    parts = [
        Part(str(each.label), list(each.read(*span)))
        for each in (SECTIONS[key] for key in report.sections if key in SECTIONS)
        if reader.may(each.permission)
    ]
    return Sheet(report.name, *span, parts)


def reports() -> QuerySet[Report]:
    return Report.objects.annotate(readers=Count("recipients")).select_related("made_by")


def may_read(report: Report, reader: User) -> bool:
    """All of it."""
    return reader.is_active and all(
        reader.may(SECTIONS[key].permission) for key in report.sections if key in SECTIONS
    )


def _rows(name: str, start: datetime, end: datetime, **more: str) -> str:
    return f"{reverse(name)}?{urlencode({**more, 'since': f'{start:%Y-%m-%d}', 'until': f'{end:%Y-%m-%d}'})}"


def _response(start: datetime, end: datetime) -> Iterator[Figure]:
    for block in response(start, end):
        told = block.measured
        if not told.count:
            continue
        where = {"place": block.place, "clock": block.clock}
        share = f"{100 * told.share.value:.0f} %" if told.share else "–"
        reach = f"{100 * told.share.low:.0f} – {100 * told.share.high:.0f} %" if told.share else ""
        label = f"{block.where}: {block.what}"
        yield Figure(
            label,
            f"{told.reached:,} / {told.count:,}",
            "",
            _rows("experience:response_rows", start, end, **where),
        )
        reached = _rows("experience:response_rows", start, end, **where, state="reached")
        yield Figure(_("%(what)s, share") % {"what": label}, share, reach, reached)
        middle = told.by_clock[0]
        words = "–" if middle is None else _("%(hours)s h") % {"hours": f"{middle / 60:,.1f}"}
        note = _("half had it by then; open ones are counted in")
        yield Figure(_("%(what)s, median") % {"what": label}, words, note, reached)


def _satisfaction(start: datetime, end: datetime) -> Iterator[Figure]:
    for kind in (Kind.NPS, Kind.CSAT, Kind.OWN):
        found = overall(kind, (start, end))
        if found:
            note = _("95 %% interval %(low)s to %(high)s, %(count)s answers") % {
                "low": f"{found.low:.1f}",
                "high": f"{found.high:.1f}",
                "count": f"{found.answers:,}",
            }
            unit = "" if kind == Kind.NPS else " %"
            where = _rows("experience:answers", start, end, kind=kind.value)
            yield Figure(str(kind.label), f"{found.value:.1f}{unit}", note, where)


def _contacts(start: datetime, end: datetime) -> Iterator[Figure]:
    """The reasons most contacted for, beside the span before."""
    now, before = (_by_reason(*span) for span in ((start, end), (start - (end - start), start)))
    names = dict(Reason.objects.filter(pk__in=[key for key in now if key]).values_list("pk", "name"))
    most = sorted((key for key in names), key=lambda key: -now[key])[:MOST_REASONS]
    for key in most:
        note = _("the span before: %(count)s") % {"count": f"{before.get(key, 0):,}"}
        yield Figure(names[key], f"{now[key]:,}", note, reverse("insight:reason", args=[key]))


def _by_reason(start: datetime, end: datetime) -> dict[int | None, int]:
    rows = Contact.objects.filter(opened_at__gte=start, opened_at__lt=end).order_by()
    return dict(rows.values_list("reason").annotate(Count("pk")))


def _return(start: datetime, end: datetime) -> Iterator[Figure]:
    sought = Sought.objects.filter(at__gte=start, at__lt=end).count()
    yield Figure(
        _("Sought in the community’s box"), f"{sought:,}", "", _rows("experience:sought", start, end)
    )
    found = reckoned(start, end).result
    if found is None:
        note = _("some inputs are lacking")
        yield Figure(_("Net benefit"), "–", note, reverse("experience:return"))
        return
    note = _("90 %% interval %(low)s to %(high)s; a reckoning, no proof") % {
        "low": f"{found.net.low:,.0f}",
        "high": f"{found.net.high:,.0f}",
    }
    yield Figure(_("Net benefit"), f"{found.net.value:,.0f}", note, reverse("experience:return"))


def _trials(start: datetime, end: datetime) -> Iterator[Figure]:
    """Those that ended within the span."""
    for trial in Trial.objects.filter(ends_on__gt=start.date(), ends_on__lte=end.date()):
        told = shown(trial)
        path = reverse("experience:trial", args=[trial.pk])
        if told.effect is None:
            yield Figure(trial.name, "–", told.why, path)
            continue
        note = _("%(measure)s; 95 %% interval %(low)s to %(high)s") % {
            "measure": told.measure,
            "low": f"{told.effect.low:,.3g}",
            "high": f"{told.effect.high:,.3g}",
        }
        yield Figure(trial.name, f"{told.effect.value:,.3g}", note, path)


SECTIONS = {
    each.key: each
    for each in (
        Section("response", gettext_lazy("Response"), Permission.KNOW_CUSTOMERS, _response),
        Section("satisfaction", gettext_lazy("Satisfaction"), Permission.KNOW_CUSTOMERS, _satisfaction),
        Section("contacts", gettext_lazy("Why customers contact us"), Permission.KNOW_CUSTOMERS, _contacts),
        Section("return", gettext_lazy("Return"), Permission.KNOW_CUSTOMERS, _return),
        Section("trials", gettext_lazy("Trials"), Permission.KNOW_CUSTOMERS, _trials),
    )
}
