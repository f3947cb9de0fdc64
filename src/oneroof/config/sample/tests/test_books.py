"""The sample's books: who bought, called and answered, up to now and once."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from oneroof.config import demo
from oneroof.config.sample.books import fill_books
from oneroof.config.sample.company import load
from oneroof.config.sample.setting_up import set_up
from oneroof.core import clock
from oneroof.customers.models import Customer, Purchase
from oneroof.experience.models import SurveyAnswer
from oneroof.experience.queries.returns import reckoned
from oneroof.insight.actions.twenty import make_day
from oneroof.insight.models import Contact

pytestmark = pytest.mark.django_db


def test_the_books_are_there_once_and_name_people_who_were_heard() -> None:
    now = clock.now()
    company = load(now)
    set_up(company)
    with clock.frozen_at(now):
        demo.receive_all(company.posts[:120])
    stored = fill_books(company, now)
    assert (stored, fill_books(company, now)) == (Contact.objects.count(), 0)
    assert 450 < stored < 650
    assert Contact.objects.exclude(identity=None).exists()
    assert Contact.objects.exclude(reason=None).count() == stored
    assert not Contact.objects.filter(opened_at__gt=now).exists()
    assert (now - Contact.objects.latest("opened_at").opened_at).days == 0
    assert Customer.objects.filter(person__identities__isnull=False).exists()
    assert Purchase.objects.filter(product="Ripple S", version="4.2.1").exists()
    assert set(SurveyAnswer.objects.values_list("kind", flat=True)) == {"nps", "csat"}
    assert not reckoned().lacking
    assert sum(make_day((now - timedelta(days=ago)).date()) for ago in range(1, 8)) >= 3
    assert ProcrastinateJob.objects.filter(task_name="oneroof.insight.twenty").count() == 1
