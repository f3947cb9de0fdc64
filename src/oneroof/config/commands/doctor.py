"""``oneroof doctor``."""

from argparse import Namespace

from oneroof.config.doctor import examine
from oneroof.core.verbs import Result, Verbs

SIGNS = {"ok": "✓", "warn": "!", "fail": "✗"}


def add(verbs: Verbs) -> None:
    # The database may be what is wrong.
    verbs.add("doctor", run, "Say what is wrong here, and how to mend it.", show=as_lines, database=False)


def run(_arguments: Namespace) -> Result:
    return examine()


def as_lines(result: Result) -> str:
    return "\n".join(
        f"{SIGNS[finding['state']]} {finding['check']}: {finding['says']}"
        + (f"\n    → {finding['mend']}" if finding["mend"] else "")
        for finding in result["findings"]
    )
