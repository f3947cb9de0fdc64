"""What people write is shown as they meant it, and never as code."""

import pytest

from oneroof.core.markdown import render


def test_markdown_becomes_html() -> None:
    assert "<strong>bold</strong>" in render("**bold**")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<img src=x onerror=alert(1)>",
        '<a href="x" onclick="alert(1)">x</a>',
        "![x](http://tracker.example/pixel.png)",
    ],
)
def test_nothing_in_it_runs_or_is_fetched(hostile: str) -> None:
    html = render(hostile)
    assert not any(
        part in html for part in ("<script", "<img", 'href="javascript', 'href="data', '<a href="x" onclick')
    )
