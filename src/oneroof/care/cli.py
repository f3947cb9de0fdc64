"""``oneroof report service-levels`` and ``oneroof bench inbox``."""

from argparse import Namespace

from oneroof.care.bench import measure_inbox
from oneroof.care.queries.levels import service_levels
from oneroof.core.verbs import Result, Verbs, day


def add_commands(verbs: Verbs) -> None:
    levels = verbs.group("report", "Figures: service-levels.").add(
        "service-levels", report_levels, "How long people waited, and what was late.", show=levels_as_table
    )
    levels.add_argument("--from", dest="start", type=day, metavar="DATE", help="default: 30 days back")
    levels.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")
    inbox = verbs.group("bench", "Figures of speed: match, ingest, inbox.").add(
        "inbox", bench_inbox, "The inbox page in a database of its own, with a million posts."
    )
    inbox.add_argument("--posts", type=int, default=1_000_000)
    inbox.add_argument("--conversations", type=int, default=100_000)
    inbox.add_argument("--runs", type=int, default=5)


def report_levels(arguments: Namespace) -> Result:
    return service_levels(arguments.start, arguments.end)


def levels_as_table(result: Result) -> str:
    """A line a priority and clock."""
    lines = [
        f"{'':8} {'clock':15} {'reached':>7} {'median':>10} {'p90':>10} {'breached':>9}   (working minutes)"
    ]
    for name, measured in {**result["by_priority"], "all": result["all"]}.items():
        for clock in ("first_response", "resolution"):
            figures = measured[clock]
            spread, share = figures["working_minutes"], figures["breached_share"]
            cells = [figures["reached"], spread["median"], spread["p90"]]
            shown = ["–" if cell is None else f"{cell:,}" for cell in cells]
            late = "–" if share is None else f"{share:.1%}"
            lines.append(f"{name:8} {clock:15} {shown[0]:>7} {shown[1]:>10} {shown[2]:>10} {late:>9}")
    return "\n".join(lines)


def bench_inbox(arguments: Namespace) -> Result:
    return measure_inbox(arguments.posts, arguments.conversations, arguments.runs)
