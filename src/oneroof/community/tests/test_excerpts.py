"""A line of a list shows words, and none of the signs with which they were written."""

import pytest

from oneroof.community.templatetags.community_ui import excerpt


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "4.2.1 mends it: [how to bring yours back](/articles/).",
            "4.2.1 mends it: how to bring yours back.",
        ),
        ("![the seal](/files/a/b.png) leaks", "the seal leaks"),
        ("# Fill it\n\nwith **60 °C**", "Fill it with 60 °C"),
        ("a [list] (of two)", "a [list] (of two)"),
    ],
)
def test_an_excerpt_is_plain(written: str, read: str) -> None:
    assert excerpt(written) == read
