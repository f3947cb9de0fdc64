"""Every command: what it says of itself, and how it ends."""

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator

import pytest

from oneroof.config.cli import command_parser, main


def commands(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    """Every verb, those of groups included."""
    groups = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    if not groups:
        yield parser
    for group in groups:
        for verb in group.choices.values():
            yield from commands(verb)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ([], 2, "command"),
        (["fly"], 2, "fly"),
        (["up", "--port", "many"], 2, "--port"),
        (["up", "--port", "70000"], 2, "--port"),
        (["demo", "--loud"], 2, "--loud"),
        (["backup"], 2, "FILE"),
        (["report"], 2, "verb"),
        (["report", "service-levels", "--from", "yesterday"], 2, "yesterday"),
        (["user", "add", "x@company.example", "--role", "king"], 2, "king"),
        (["restore", "/nowhere/at/all"], 1, "/nowhere/at/all"),
    ],
)
def test_wrong_use_ends_with_2_and_failure_with_1(
    words: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str], django_db_blocker: object
) -> None:
    assert main(words) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("oneroof: ")
    assert says in told.err
    assert told.err.count("\n") == 1


def test_help_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "Social customer experience under one roof." in capsys.readouterr().out


def test_every_command_says_what_it_does_and_knows_json_and_home() -> None:
    for parser in commands(command_parser()):
        assert parser.description, parser.prog
        assert parser.description.endswith("."), parser.prog
        assert parser.description[0].isupper(), parser.prog
        assert {"--json", "--home"} <= set(parser._option_string_actions), parser.prog
        unexplained = {
            action.dest
            for action in parser._actions
            if action.option_strings and not (action.help or action.required)
        }
        assert unexplained <= {"posts", "watches", "conversations", "runs", "questions", "entries"}, (
            parser.prog
        )  # benchmarks' sizes
