"""Whoever reads the desk in another language reads there, too, why a post needs an answer."""

import pytest
from django.utils import translation

from oneroof.listening.need import reasons, risks


@pytest.mark.parametrize("language", ["es", "de", "fr", "ja", "ar"])
def test_each_reason_of_a_need_or_a_risk_is_translated(language: str) -> None:
    texts = [*reasons.TEMPLATES.values(), *risks.TEMPLATES.values()]
    with translation.override(language):
        assert [text for text in texts if translation.gettext(text) == text] == []
