"""What changed, as people read it."""

from oneroof.accounts.differences import Change, Line, fields_changed, lines_changed


def test_lines_come_go_and_stand_near() -> None:
    before = "\n".join(f"line {number}" for number in range(12))
    after = before.replace("line 1\n", "line one\n").replace("line 11", "line eleven")
    lines = lines_changed(before, after)
    assert lines[:3] == [Line(" ", "line 0"), Line("-", "line 1"), Line("+", "line one")]
    assert [line.sign for line in lines].count("@") == 1
    assert lines[-1] == Line("+", "line eleven")


def test_nothing_changed_is_nothing() -> None:
    assert lines_changed("same\ntext", "same\ntext") == []
    assert fields_changed({"a": 1}, {"a": 1}) == []


def test_lines_that_look_like_headers_are_lines() -> None:
    assert lines_changed("", "--- a\n+++ b") == [Line("+", "--- a"), Line("+", "+++ b")]


def test_fields_tell_what_was_and_is() -> None:
    assert fields_changed({"role": "agent", "rooms": ["a", "b"], "on": True}, {"role": "lead", "new": 3}) == [
        Change("role", "agent", "lead"),
        Change("rooms", "a, b", None),
        Change("on", "yes", None),
        Change("new", None, "3"),
    ]


def test_no_value_before_is_no_line() -> None:
    assert fields_changed({"is_useful": None, "gone": None}, {"is_useful": False, "gone": None}) == [
        Change("is_useful", None, "no")
    ]
    assert Change("is_useful", None, "no").name == "useful"
