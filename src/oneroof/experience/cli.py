"""``oneroof report nps``, ``oneroof report return`` and ``oneroof report targets``."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from oneroof.core.verbs import Result, Verbs, day
from oneroof.experience.models import Target
from oneroof.experience.queries import targets
from oneroof.experience.queries.returns import as_report, reckoned
from oneroof.experience.queries.surveys import survey_report


def add_commands(verbs: Verbs) -> None:
    report = verbs.group("report", "Figures: service-levels, drivers, nps.").add(
        "nps", report_nps, "What surveys say: NPS and CSAT with their intervals.", show=surveys_as_table
    )
    report.add_argument("--from", dest="start", type=day, metavar="DATE", help="default: all there is")
    report.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")

    returned = verbs.group("report", "Figures: service-levels, drivers, nps, return.").add(
        "return",
        report_return,
        "What it returns, as a distribution with what it rests on.",
        show=return_as_table,
    )
    returned.add_argument("--from", dest="start", type=day, metavar="DATE", help="default: 90 days before")
    returned.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")

    verbs.group("report", "Figures: service-levels, drivers, nps, return.").add(
        "targets",
        report_targets,
        "Each target, its figure, and the helpful acts that made it worse.",
        show=targets_as_table,
    )


def report_return(arguments: Namespace) -> Result:
    return as_report(reckoned(arguments.start, arguments.end))


def return_as_table(result: Result) -> str:
    """The result, then the inputs; or what is lacking."""
    if result["result"] is None:
        return "Nobody has said yet: " + ", ".join(result["lacking"])
    told = result["result"]
    lines = [f"{'':20} {'value':>14}   90 % interval"]
    for name in ("contacts_spared", "benefit", "cost", "net"):
        each = told[name]
        lines.append(f"{name:20} {each['value']:>14,.0f}   {each['low']:,.0f} to {each['high']:,.0f}")
    lines.append(f"Benefit exceeds cost in {told['chance']:.0%} of the draws.")
    return "\n".join(lines)


def report_targets(_arguments: Namespace) -> Result:
    found = targets.checked(Target.objects.select_related("department", "user"))
    return {"targets": [targets.as_report(each) for each in found]}


def targets_as_table(result: Result) -> str:
    lines = [f"{'figure':>8} {'least':>8} {'without':>8} {'hurt by':>8}   target"]
    for each in result["targets"]:
        figures = (each["figure"], each["least"], each["without_helping"])
        told = " ".join(f"{'–' if value is None else f'{value:.1f}':>8}" for value in figures)
        collides = "   collides with helping" if each["collides"] else ""
        lines.append(f"{told} {each['hurt_by']:>8}   {each['of']}: {each['target']}{collides}")
    return "\n".join(lines)


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
