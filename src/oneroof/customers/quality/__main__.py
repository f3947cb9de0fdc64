"""`python -m oneroof.customers.quality value|planted|churn`: one JSON object on standard output."""

import json
import os
import sys
from pathlib import Path

from oneroof.customers.quality import churn, planted, value

SUBJECTS = {"value": value.run, "planted": planted.run, "churn": churn.run}
WRONG_USE = 2


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in SUBJECTS:
        sys.stderr.write(f"Name one of {', '.join(SUBJECTS)}.\n")
        return WRONG_USE
    try:
        report = SUBJECTS[arguments[0]](Path(os.environ.get("ONEROOF_DATA", "../shared/data")))
    except FileNotFoundError as missing:
        sys.stderr.write(f"The set is not there: {missing.filename}\n")
        return 1
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
