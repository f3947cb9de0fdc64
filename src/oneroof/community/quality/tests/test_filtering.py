"""The figures of the learning filter, by an example that is reckoned by hand."""

from oneroof.community.quality.filtering import scores


def test_scores_are_those_of_the_unwanted_at_one_half() -> None:
    told = [(0.9, True), (0.5, True), (0.2, True), (0.8, False), (0.1, False), (0.0, False)]
    assert scores(told) == {"precision": 0.667, "recall": 0.667, "f1": 0.667, "macro_f1": 0.667}
    assert scores([(0.1, False)]) == {"precision": 0, "recall": 0, "f1": 0, "macro_f1": 0.5}
