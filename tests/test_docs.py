"""What a reader of the docs relies on: nothing is missing, links lead somewhere, and the README's commands run."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import pytest
from django.apps import apps

from oneroof.config.cli import command_parser
from oneroof.config.metrics import METRICS
from oneroof.listening.sources import networks
from tests.test_commands import commands

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
SETTING = re.compile(r"[A-Z][A-Z_]*[A-Z]")
NOT_OURS = {"DISPLAY", "WAYLAND_DISPLAY", "DJANGO_SETTINGS_MODULE", "ONEROOF_SUPERVISOR"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def links(page: Path) -> list[str]:
    """Where its links inside the repository lead, as written, without the part after #."""
    prose = CODE.sub("", page.read_text(encoding="utf-8"))
    found = ["".join(groups).split("#")[0] for groups in LINK.findall(prose)]
    return [link for link in found if link and ":" not in link]


def settings_read() -> Iterator[str]:
    """Every name that the source asks the environment for."""
    for file in [*(ROOT / "src").rglob("*.py"), ROOT / "conftest.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield from names_asked(node)


def names_asked(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(
            func=ast.Attribute(attr="get" | "setdefault" | "getenv"), args=[ast.Constant(value=str(name)), *_]
        ):
            is_environment = "environ" in ast.unparse(node.func) or ast.unparse(node.func) == "os.getenv"
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            is_environment = ast.unparse(node.value) == "os.environ"
        case _:
            return
    if is_environment and SETTING.fullmatch(name):
        yield name


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]*[A-Z])`", text("docs/settings.md")))
    documented -= {"DEBUG", "INFO", "WARNING", "ERROR", "UTC"}
    read = set(settings_read()) - NOT_OURS
    assert {"DATABASE_URL", "ONEROOF_HOME", "ONEROOF_SMTP_HOST"} <= read
    assert read - documented == set()
    assert documented - read <= {"ONEROOF_CHROMIUM", "ONEROOF_SHOTS"}  # read by scripts and tests


def test_every_command_is_documented() -> None:
    told = text("docs/commands.md")
    assert [parser.prog for parser in commands(command_parser()) if f"`{parser.prog}" not in told] == []


def test_every_event_is_documented() -> None:
    told, known = text("docs/events.md"), 0
    for package in apps.get_app_configs():
        if package.name.startswith("oneroof.") and (Path(package.path) / "events.py").exists():
            module = importlib.import_module(f"{package.name}.events")
            for name, kind in vars(module).items():
                if is_dataclass(kind) and kind.__module__ == module.__name__:
                    known += 1
                    assert f"`{package.label}.{name}`" in told
    assert known == told.count("\n| `")


def test_every_network_has_a_page() -> None:
    pages = {page.stem for page in (DOCS / "networks").glob("*.md")} - {"README"}
    assert pages == set(networks())
    assert [key for key in pages if f"({key}.md)" not in text("docs/networks/README.md")] == []


def test_every_metric_is_documented() -> None:
    told = text("docs/operations.md")
    assert [metric.name for metric in METRICS if metric.name not in told] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [(page.parent / link).resolve() for link in links(page)]
    assert [
        str(page.relative_to(ROOT)) for page in PAGES if page not in reached and page.name != "README.md"
    ] == []


def test_decisions_are_numbered_once_and_short() -> None:
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(numbers) == len(set(numbers))
    lines = {record.name: len(record.read_text(encoding="utf-8").strip().splitlines()) for record in records}
    assert {name: count for name, count in lines.items() if count > 22} == {}


def test_the_readmes_commands_are_in_the_makefile_and_ci_runs_them() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", text("README.md") + text("CONTRIBUTING.md")))
    assert {"demo", "test"} <= named <= targets
    assert {"make check", "make test"} <= {
        line.split("<")[0].strip() for line in text(".ci/run").splitlines()
    }
