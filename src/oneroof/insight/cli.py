"""``oneroof report drivers``."""

from argparse import Namespace

from oneroof.core.verbs import Result, Verbs, day
from oneroof.insight.queries.drivers import as_report, drivers


def add_commands(verbs: Verbs) -> None:
    report = verbs.group("report", "Figures: service-levels, drivers.").add(
        "drivers", report_drivers, "The reasons for which people contact us, counted.", show=drivers_as_table
    )
    report.add_argument(
        "--from", dest="start", type=day, metavar="DATE", help="default: 30 days before the end"
    )
    report.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")


def report_drivers(arguments: Namespace) -> Result:
    return as_report(drivers(arguments.start, arguments.end))


def drivers_as_table(result: Result) -> str:
    lines = [f"{'count':>8} {'before':>8} {'contacts':>8} {'posts':>8} {'cost':>12}  reason"]
    for row in [*result["drivers"], {**result["unknown"], "reason": "(unknown)"}]:
        cost = "–" if row["cost"] is None else f"{row['cost']:,.2f}"
        lines.append(
            f"{row['count']:>8,} {row['before']:>8,} {row['contacts']:>8,} {row['posts']:>8,} {cost:>12}"
            f"  {row['reason']}"
        )
    return "\n".join(lines)
