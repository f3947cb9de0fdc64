import pytest

from oneroof.core.links import followable


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/1", True),
        ("HTTP://a.example/1", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("mailto:a@b.example", False),
        ("//a.example", False),
        ("", False),
    ],
)
def test_only_addresses_of_pages_are_followed(url: str, kept: bool) -> None:
    assert followable(url) == (url if kept else "")


def test_a_letter_may_lead_to_a_mail_program() -> None:
    assert followable("mailto:a@b.example", also=("mailto:",)) == "mailto:a@b.example"
