"""The sample's community: in five languages, mostly answered, and there once."""

from collections import Counter

import pytest

from oneroof.community.models import Entry, Member
from oneroof.config.sample.community import fill_community
from oneroof.core import clock

pytestmark = pytest.mark.django_db


def test_it_is_there_once_in_five_languages() -> None:
    now = clock.now()
    assert fill_community(now) == fill_community(now) == 25
    questions = Entry.objects.filter(kind="question")
    langs = Counter(questions.values_list("lang", flat=True))
    assert {"en", "es", "de", "fr", "ja"} <= set(langs), langs
    assert questions.filter(answers=0).count() == 3
    assert questions.filter(status="solved").count() == 18
    assert Member.objects.count() == 10
    assert not questions.filter(created_at__gt=now).exists()
