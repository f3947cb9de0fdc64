"""``oneroof report drivers|twenty`` and ``oneroof bench twenty``."""

from argparse import Namespace

from oneroof.accounts.models import Department
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.verbs import Result, Verbs, day
from oneroof.insight.bench.dashboards import measure_dashboards
from oneroof.insight.bench.twenty import measure_twenty
from oneroof.insight.queries import twenty
from oneroof.insight.queries.drivers import as_report, drivers


def add_commands(verbs: Verbs) -> None:
    reports = verbs.group("report", "Figures: service-levels, drivers, twenty.")
    report = reports.add(
        "drivers", report_drivers, "The reasons for which people contact us, counted.", show=drivers_as_table
    )
    report.add_argument(
        "--from", dest="start", type=day, metavar="DATE", help="default: 30 days before the end"
    )
    report.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")
    of_day = reports.add(
        "twenty", report_twenty, "What people complained of on a day, by department.", show=twenty_as_table
    )
    of_day.add_argument("--day", type=day, metavar="DATE", help="default: the latest that was looked at")
    of_day.add_argument("--department", metavar="NAME", help="default: all, each by itself")
    benches = verbs.group("bench", "Figures of speed.")
    dashboards = benches.add("dashboards", bench_dashboards, "How soon the slices answer.")
    dashboards.add_argument("--posts", type=int, default=1_000_000)
    dashboards.add_argument("--runs", type=int, default=10)
    bench = benches.add("twenty", bench_twenty, "A day's complaints grouped and matched to the day before.")
    bench.add_argument("--posts", type=int, default=50_000)


def report_drivers(arguments: Namespace) -> Result:
    return as_report(drivers(arguments.start, arguments.end))


def drivers_as_table(result: Result) -> str:
    lines = [f"{'count':>8} {'before':>8} {'contacts':>8} {'posts':>8} {'cost':>12} {'spared':>6}  reason"]
    for row in [*result["drivers"], {**result["unknown"], "reason": "(unknown)"}]:
        cost = "–" if row["cost"] is None else f"{row['cost']:,.2f}"
        lines.append(
            f"{row['count']:>8,} {row['before']:>8,} {row['contacts']:>8,} {row['posts']:>8,} {cost:>12}"
            f" {_percent(row['spared']['share']):>6}  {row['reason']}"
        )
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def report_twenty(arguments: Namespace) -> Result:
    department = None
    if arguments.department:
        department = Department.objects.filter(name__iexact=arguments.department).first()
        if department is None:
            raise OneroofError(f"There is no department “{arguments.department}”.")
    at = arguments.day.date() if arguments.day else twenty.latest_day() or clock.now().date()
    return twenty.as_report(at, department)


def twenty_as_table(result: Result) -> str:
    lines = []
    for each in result["departments"]:
        lines += [f"{each['department']}, {result['day']}"]
        lines += [f"{row['people']:>6} {row['state']:<7} {row['name']}" for row in each["complaints"]] or [
            "  none"
        ]
    return "\n".join(lines)


def bench_twenty(arguments: Namespace) -> Result:
    return measure_twenty(arguments.posts)


def bench_dashboards(arguments: Namespace) -> Result:
    return measure_dashboards(arguments.posts, arguments.runs)
