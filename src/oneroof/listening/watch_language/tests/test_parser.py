"""What a watch's text means."""

import pytest

from oneroof.listening.matching.tests.small_world import World
from oneroof.listening.watch_language import parse, unparse
from oneroof.listening.watch_language.nodes import (
    And,
    Compare,
    Count,
    Feature,
    From,
    Has,
    Language,
    Near,
    Node,
    Not,
    Or,
    Source,
    Words,
)


def word(term: str, *, is_prefix: bool = False) -> Words:
    return Words((term,), (0,), is_prefix)


def phrase(*terms: str) -> Words:
    return Words(terms, tuple(range(len(terms))))


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("kettle", word("kettle")),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a (b c)", And((A, B, C))),
        ("a OR (b OR c)", Or((A, B, C))),
        ("((a))", A),
        ("（a）", A),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a –b", And((A, Not(B)))),
        ("a NOT (b OR c)", And((A, Not(Or((B, C)))))),
        ("a NOT -b", And((A, B))),
        ("a-b", phrase("a", "b")),
        ('"a b c"', phrase("a", "b", "c")),
        ("„a b“", phrase("a", "b")),
        ("«a b»", phrase("a", "b")),
        ('"a OR b"', phrase("a", "or", "b")),
        ("charg*", word("charg", is_prefix=True)),
        ('"my charg*"', Words(("my", "charg"), (0, 1), is_prefix=True)),
        ("#Sale", word("#sale")),
        ("@Brumi", word("@brumi")),
        ("#sa*", word("#sa", is_prefix=True)),
        ("👍🏽", word("👍🏽")),
        ("❤️", word("❤")),
        ("Café", word("cafe")),
        ("電池", phrase("電", "池")),
        ("電池*", phrase("電", "池")),
        ("แบต", phrase("แ", "บ", "ต")),
        ("a NEAR/3 b", Near(((A,), (B,)), (3,))),
        ("a NEAR/3 b NEAR/5 c", Near(((A,), (B,), (C,)), (3, 5))),
        ("(a OR b) NEAR/3 c", Near(((A, B), (C,)), (3,))),
        ("-a NEAR/3 b c", And((Not(Near(((A,), (B,)), (3,))), C))),
        ("from:@Zoë", From("zoe")),
        ("FROM:zoe", From("zoe")),
        ('source:"The  Shop"', Source("the shop")),
        ("source:12", Source("12")),
        ("a lang:EN", And((A, Language("en")))),
        ("a lang:(en OR pt-br)", And((A, Or((Language("en"), Language("pt-br")))))),
        ("a has:Link", And((A, Has(Feature.LINK)))),
        ("a followers:>1000", And((A, Compare(Count.FOLLOWERS, ">", 1000)))),
        ("a reposts:≥10", And((A, Compare(Count.REPOSTS, ">=", 10)))),
        ("and or not near", And((word("and"), word("or"), word("not"), word("near")))),
        ("https: a", And((word("https"), A))),
    ],
)
def test_meaning(query: str, root: Node) -> None:
    assert parse(query).root == root


@pytest.mark.parametrize("seed", range(5))
def test_meaning_as_text_means_the_same(seed: int) -> None:
    for query in World(seed).watches(200):
        meaning = parse(query)
        assert parse(unparse(meaning)) == meaning


def test_small_and_or_not_are_pointed_out() -> None:
    hints = parse("kettle or leak").hints
    assert [(hint.position, hint.params) for hint in hints] == [(7, {"word": "or", "operator": "OR"})]
    assert parse('"this or that" OR kettle').hints == ()


def test_places_point_into_the_text() -> None:
    root = parse('kettle  -("hot water" OR x)').root
    assert isinstance(root, And)
    negated = root.parts[1]
    assert isinstance(negated, Not)
    assert (negated.place.start, negated.place.length) == (8, 19)
