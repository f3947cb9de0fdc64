"""A pytest plugin: ``--must-run MARKER`` fails the run where tests of that kind were skipped or missing."""

from collections import Counter

import pytest


class MustRun:
    """Counts how the tests with one marker ended."""

    def __init__(self, marker: str) -> None:
        self.marker = marker
        self.ended: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.marker in report.keywords and (report.when == "call" or report.skipped):
            self.ended[report.outcome] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.is_short() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self.ended.items()) or "none ran"
        verdict = "This fails the run: all must pass." if self.is_short() else ""
        terminalreporter.write_line(f"Tests marked {self.marker}: {counts}. {verdict}".strip())

    def is_short(self) -> bool:
        return self.ended["passed"] == 0 or self.ended["skipped"] > 0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--must-run",
        metavar="MARKER",
        action="append",
        default=[],
        help="fail unless tests with this marker ran; may be given again",
    )


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # one of several processes sees a part: the one that hands out the tests counts
    for marker in config.getoption("--must-run"):
        config.pluginmanager.register(MustRun(marker))
