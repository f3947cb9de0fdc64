"""``oneroof report nps``."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from oneroof.core.verbs import Result, Verbs, day
from oneroof.experience.queries.surveys import survey_report


def add_commands(verbs: Verbs) -> None:
    report = verbs.group("report", "Figures: service-levels, drivers, nps.").add(
        "nps", report_nps, "What surveys say: NPS and CSAT with their intervals.", show=surveys_as_table
    )
    report.add_argument("--from", dest="start", type=day, metavar="DATE", help="default: all there is")
    report.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")


def report_nps(arguments: Namespace) -> Result:
    return survey_report(arguments.start, arguments.end)


def surveys_as_table(result: Result) -> str:
    """A line a touch point, the NPS and then the CSAT."""
    lines = [f"{'':5} {'answers':>8} {'value':>7}   95 % interval    touch point"]
    for name, told, scale in (("nps", result, 1), ("csat", result["csat"], 100)):
        lines += [_line(name, row, scale) for row in (told, *told["touch_points"])]
    return "\n".join(lines)


def _line(name: str, row: Mapping[str, Any], scale: int) -> str:
    figures = [row[name], row["low"], row["high"]]
    value, low, high = ("–" if each is None else f"{scale * each:.1f}" for each in figures)
    where = row.get("touch_point", "(all)") or "(none)"
    return f"{name:5} {row['responses']:>8,} {value:>7}   {low:>6} to {high:>6}   {where}"
