from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.need import NeedModel, PostFacts, read_words, told_by
from oneroof.listening.need.lexicon import QUESTIONS, SARCASM, TROUBLE
from oneroof.listening.need.tests.test_plain import facts
from oneroof.listening.need.words import BUCKETS, buckets, names

WORDS = st.lists(st.sampled_from(["lid", "leaks", "é", "why", "does", "0", "煙が", "?"]), max_size=8)


@given(WORDS, st.lists(st.sampled_from(["@one", "@two"]), max_size=3))
def test_each_name_has_its_own_checksum(single: list[str], handles: list[str]) -> None:
    """Also a pair's, which is put together from those of its words: what was learnt of it stays where it is."""
    expected = [crc32(name.encode()) % BUCKETS for name in names(single, handles)]
    assert buckets(single, handles) == expected


def test_words_and_pairs_are_named_once() -> None:
    assert names(("no", "no", "no"), ("@a", "@a")) == ["no", "no no", "@a"]


def test_a_pair_of_the_lexicon_is_said() -> None:
    words = read_words("Why does it not work? How long does it take")
    assert not QUESTIONS.isdisjoint(words.pairs)
    assert SARCASM.isdisjoint(words.pairs)
    assert {"why does", "how long"} <= words.said
    assert TROUBLE.isdisjoint(read_words("all is well").said)


@given(facts)
def test_what_was_told_elsewhere_scores_alike(post: PostFacts) -> None:
    model = NeedModel()
    model.learn(PostFacts(text="why does the lid leak? thanks for nothing"), needed=True)
    told = told_by(post, read_words(post.text))
    assert model.score(post, told) == model.score(post)
