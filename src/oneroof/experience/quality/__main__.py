"""`python -m oneroof.experience.quality coverage`: one JSON object on standard output."""

import json
import sys

from oneroof.experience.quality.coverage import coverage

WRONG_USE = 2


def main(arguments: list[str]) -> int:
    if arguments != ["coverage"]:
        sys.stderr.write("Name one of coverage.\n")
        return WRONG_USE
    sys.stdout.write(json.dumps(coverage(), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
