"""The worker loads no pages: a task that only a page imports would fail there, and only there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import oneroof

LISTED = """
import django
django.setup()
from procrastinate.contrib.django import app
print(*app.tasks)
"""


def test_the_worker_knows_every_task() -> None:
    source = Path(oneroof.__file__).parent
    written = {
        name
        for path in source.rglob("*.py")
        if "/tests/" not in str(path)
        for name in re.findall(r'\.task\(\s*name="([^"]+)"', path.read_text())
    }
    listed = subprocess.run(
        [sys.executable, "-c", LISTED],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "oneroof.config.settings",
            "PYTHONPATH": str(source.parent),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert written
    assert written - set(listed.stdout.split()) == set()
