"""`python -m oneroof.insight.quality banking|clinc|airline|groups|bursts|crisislex|spared`: one JSON object."""

import json
import os
import sys
from pathlib import Path

from oneroof.insight.quality import bursts, routing, spared
from oneroof.insight.quality.sets import SetMissingError

SUBJECTS = {
    "banking": routing.banking,
    "clinc": routing.clinc,
    "airline": routing.airline,
    "groups": routing.groups,
    "bursts": bursts.measure,
    "crisislex": bursts.crisislex,
    "spared": spared.coverage,
}
WRONG_USE = 2


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in SUBJECTS:
        sys.stderr.write(f"Name one of {', '.join(SUBJECTS)}.\n")
        return WRONG_USE
    try:
        report = SUBJECTS[arguments[0]](Path(os.environ.get("ONEROOF_DATA", "../shared/data")))
    except SetMissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
