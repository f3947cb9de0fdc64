"""`python -m oneroof.community.quality find|words|spam`: one JSON object on standard output."""

import json
import os
import sys
from pathlib import Path

import django

SUBJECTS = {"find": True, "words": False}
"""Whether meaning counts."""
WRONG_USE = 2


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in {*SUBJECTS, "spam"}:
        sys.stderr.write(f"Name one of {', '.join([*SUBJECTS, 'spam'])}.\n")
        return WRONG_USE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneroof.config.settings")
    django.setup()
    from oneroof.community.quality import (  # whose weights are those of search, which knows the models
        filtering,
        finding,
    )
    from oneroof.community.quality.sets import SetMissingError

    data = Path(os.environ.get("ONEROOF_DATA", "../shared/data"))
    try:
        is_spam = arguments[0] == "spam"
        report = filtering.run(data) if is_spam else finding.run(data, meaning=SUBJECTS[arguments[0]])
    except SetMissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
