"""What is no watch is refused: at which character, and how to mend it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oneroof.listening.watch_language import Fault, WatchSyntaxError, limits, parse


def refused(query: str) -> WatchSyntaxError:
    with pytest.raises(WatchSyntaxError) as caught:
        parse(query)
    return caught.value


def error_of(query: str) -> WatchSyntaxError | None:
    try:
        parse(query)
    except WatchSyntaxError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("query", "fault", "pointed_at"),
    [
        ("", Fault.EMPTY, ""),
        ("  \n", Fault.EMPTY, " "),
        ("kettle (leak", Fault.UNCLOSED_PARENTHESIS, "("),
        ("kettle (", Fault.UNCLOSED_PARENTHESIS, "("),
        ("kettle) leak", Fault.UNOPENED_PARENTHESIS, ")"),
        (") kettle", Fault.UNOPENED_PARENTHESIS, ")"),
        ("kettle ( )", Fault.EMPTY_PARENTHESES, "( )"),
        ('kettle "leak', Fault.UNCLOSED_QUOTE, '"'),
        ("OR kettle", Fault.MISSING_LEFT, "OR"),
        ("kettle (AND leak)", Fault.MISSING_LEFT, "AND"),
        ("kettle OR", Fault.MISSING_RIGHT, "OR"),
        ("kettle OR AND leak", Fault.MISSING_RIGHT, "OR"),
        ("(kettle AND) leak", Fault.MISSING_RIGHT, "AND"),
        ("kettle NOT", Fault.MISSING_RIGHT, "NOT"),
        ("kettle NEAR/3", Fault.MISSING_RIGHT, "NEAR/3"),
        ("kettle - leak", Fault.LONE_DASH, "-"),
        ("kettle -", Fault.LONE_DASH, "-"),
        ("kettle -)", Fault.LONE_DASH, "-"),
        ("kettle …!", Fault.NO_WORD, "…!"),
        ('kettle ""', Fault.NO_WORD, '""'),
        ("kettle *", Fault.STAR_PLACE, "*"),
        ("ket*tle", Fault.STAR_PLACE, "*"),
        ("*kettle", Fault.STAR_PLACE, "*"),
        ('"ket* leak"', Fault.STAR_PLACE, "*"),
        ('"kettle *"', Fault.STAR_PLACE, '"kettle *"'),
        ("kettle l*", Fault.PREFIX_TOO_SHORT, "l*"),
        ("kettle #l*", Fault.PREFIX_TOO_SHORT, "#l*"),
        ("kettle NEAR leak", Fault.NEAR_NUMBER, "NEAR"),
        ("kettle NEAR/0 leak", Fault.NEAR_NUMBER, "NEAR/0"),
        ("kettle NEAR/51 leak", Fault.NEAR_NUMBER, "NEAR/51"),
        ("kettle NEAR/x leak", Fault.NEAR_NUMBER, "NEAR/x"),
        ("kettle NEAR/-1 leak", Fault.NEAR_NUMBER, "NEAR/-1"),
        ("kettle NEAR/３ leak", Fault.NEAR_NUMBER, "NEAR/３"),
        ("kettle NEAR/3 -leak", Fault.NEAR_OPERAND, "-"),
        ("kettle NEAR/3 NOT leak", Fault.NEAR_OPERAND, "NOT"),
        ("kettle NEAR/3 (leak drip)", Fault.NEAR_OPERAND, "("),
        ("kettle NEAR/3 lang:en", Fault.NEAR_OPERAND, "lang:en"),
        ("kettle form:zoe", Fault.UNKNOWN_FIELD, "form:zoe"),
        ('kettle form:"zoe"', Fault.UNKNOWN_FIELD, "form:"),
        ("https://example.com", Fault.UNKNOWN_FIELD, "https://example.com"),
        ("kettle from:", Fault.FIELD_VALUE_MISSING, "from:"),
        ("kettle from: zoe", Fault.FIELD_VALUE_MISSING, "from:"),
        ("kettle lang:Englisch!", Fault.FIELD_VALUE, "lang:Englisch!"),
        ("kettle has:video", Fault.FIELD_VALUE, "has:video"),
        ("kettle followers:many", Fault.FIELD_VALUE, "followers:many"),
        ("kettle followers:1000", Fault.FIELD_VALUE, "followers:1000"),
        ("kettle followers:>99999999999", Fault.FIELD_VALUE, "followers:>99999999999"),
        ("from:(zoe AND max)", Fault.FIELD_CHOICE, "AND"),
        ("from:(zoe max)", Fault.FIELD_CHOICE, "max"),
        ("from:()", Fault.FIELD_CHOICE, ")"),
        ("from:(zoe", Fault.UNCLOSED_PARENTHESIS, "("),
        ("kettle lang:(en OR x1)", Fault.FIELD_VALUE, "x1"),
        ("-kettle", Fault.MATCHES_EVERYTHING, "-kettle"),
        ("NOT (kettle leak)", Fault.MATCHES_EVERYTHING, "NOT (kettle leak)"),
        ("kettle OR -leak", Fault.MATCHES_EVERYTHING, "-leak"),
        ("-kettle -leak", Fault.MATCHES_EVERYTHING, "-kettle"),
        ("lang:en", Fault.MATCHES_EVERYTHING, "lang:en"),
        ("has:link followers:>0", Fault.MATCHES_EVERYTHING, "has:link"),
        ("-(kettle -leak)", Fault.MATCHES_EVERYTHING, "-(kettle -leak)"),
    ],
)
def test_the_character_is_pointed_at(query: str, fault: Fault, pointed_at: str) -> None:
    error = refused(query)
    assert error.fault is fault
    assert query[error.position : error.position + error.length] == pointed_at
    assert error.message % error.params
    assert error.mend % error.params
    assert str(error).startswith(f"At character {error.position + 1}: ")


def test_every_fault_can_be_met() -> None:
    """Those that the list above does not show are the limits below."""
    [listed] = [mark for mark in test_the_character_is_pointed_at.pytestmark if mark.name == "parametrize"]
    shown = {fault for _query, fault, _place in listed.args[1]}
    beyond = {refused(query).fault for query in TOO_MUCH.values()}
    assert shown | beyond == set(Fault)


@pytest.mark.parametrize(
    "query",
    ["kettle -leak", "-leak kettle", "NOT (leak OR -kettle)", "lang:en kettle", "NOT NOT kettle", "from:zoe"],
)
def test_one_thing_that_must_be_there_is_enough(query: str) -> None:
    parse(query)


TOO_MUCH = {
    "characters": "kettle " * 2_858,
    "conditions": "a " * (limits.CONDITIONS + 1),
    "fields": "a " + "-lang:en " * limits.CONDITIONS,
    "prefixes": "le* " * (limits.PREFIXES + 1),
    "nears": "a" + " NEAR/1 a" * (limits.NEARS + 1),
    "depth": "(" * (limits.DEPTH + 1) + "a" + ")" * (limits.DEPTH + 1),
}


@pytest.mark.parametrize(
    ("query", "fault", "position"),
    [
        (TOO_MUCH["characters"], Fault.TOO_LONG, limits.CHARACTERS),
        (TOO_MUCH["conditions"], Fault.TOO_MANY_CONDITIONS, 2 * limits.CONDITIONS),
        (TOO_MUCH["fields"], Fault.TOO_MANY_CONDITIONS, 9 * limits.CONDITIONS - 6),
        (TOO_MUCH["prefixes"], Fault.TOO_MANY_PREFIXES, 4 * limits.PREFIXES),
        (TOO_MUCH["nears"], Fault.TOO_MANY_NEARS, 9 * limits.NEARS + 2),
        (TOO_MUCH["depth"], Fault.TOO_DEEP, limits.DEPTH),
    ],
)
def test_too_much_is_refused_where_it_becomes_too_much(query: str, fault: Fault, position: int) -> None:
    error = refused(query)
    assert (error.fault, error.position) == (fault, position)


@pytest.mark.parametrize(
    "query",
    [
        "k" * limits.CHARACTERS,
        "a " * limits.CONDITIONS,
        "le* " * limits.PREFIXES,
        "a" + " NEAR/1 a" * limits.NEARS,
        "(" * limits.DEPTH + "a" + ")" * limits.DEPTH,
        "a " + "-" * 10_000 + "a",
    ],
)
def test_as_much_as_is_allowed_is_a_watch(query: str) -> None:
    parse(query)


ODD = (
    "a",
    "kettle",
    " ",
    "(",
    ")",
    '"',
    "-",
    "*",
    "NEAR/3",
    "NEAR/",
    " OR ",
    " AND ",
    " NOT ",
    "from:",
    "lang:",
)


@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from((*ODD, "電", "👍", ":", "#", "@"))).map("".join))
)
@example("\ud800")
@example("a\0b")
def test_whatever_is_written_is_a_watch_or_a_sentence(query: str) -> None:
    error = error_of(query)
    assert error is None or (0 <= error.position <= len(query) and error.length >= 1 and str(error))
