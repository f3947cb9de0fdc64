"""The sample's pages beside its questions: of each kind and state, and there once."""

import pytest

from oneroof.accounts.models import User
from oneroof.community.models import Article, Entry, Group, Kind, Membership, Report, Revision
from oneroof.config.sample.community import fill_community
from oneroof.config.sample.company import load
from oneroof.config.sample.knowledge import fill_knowledge
from oneroof.config.sample.setting_up import set_up
from oneroof.core import clock
from oneroof.recognition.models import Contribution, Listing, Round, Willingness
from oneroof.recognition.queries.mvp import candidates

pytestmark = pytest.mark.django_db


def test_every_place_of_the_community_has_something() -> None:
    now = clock.now()
    company = load(now)
    set_up(company)
    fill_community(now)
    assert fill_knowledge(company, now) == fill_knowledge(company, now)
    ideas = Entry.objects.filter(kind=Kind.IDEA)
    assert set(ideas.values_list("status", flat=True)) == {"open", "planned", "adopted", "declined"}
    articles = Article.objects.all()
    assert articles.filter(review_due_at__lt=now).exists()
    assert Entry.objects.filter(kind=Kind.ARTICLE, status="in_review").count() == 1
    assert Revision.objects.filter(entry__kind=Kind.ARTICLE, number=2).exists()
    assert Entry.objects.filter(kind=Kind.ANNOUNCEMENT).count() == 3
    assert set(Group.objects.values_list("visibility", flat=True)) == {"public", "listed", "secret"}
    assert Membership.objects.filter(state="asked").exists()
    assert set(Report.objects.values_list("outcome", flat=True)) == {"", "upheld"}
    assert Contribution.objects.standing().filter(kind="report").exists()
    assert candidates(Round.objects.get())
    assert (Willingness.objects.count(), Listing.objects.count()) == (4, 8)
    assert not Entry.objects.filter(held_at=None, created_at__gt=now).exists()
    outsider = User.objects.get(email="lucie.morel@people.example")
    assert not Entry.objects.visible_to(outsider).filter(group__visibility="secret").exists()
