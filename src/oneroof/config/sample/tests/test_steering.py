"""What the sample's leads have set up stands on its pages, once, and leaves for nowhere."""

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.config import demo
from oneroof.config.sample.books import fill_books
from oneroof.config.sample.company import load
from oneroof.config.sample.setting_up import set_up
from oneroof.config.sample.steering import fill_steering
from oneroof.core import clock
from oneroof.customers.models import Case, CrmReceipt, CrmSync, ReferralCode, Touch
from oneroof.experience.models import Report, ReportLetter, Target, Trial
from oneroof.experience.queries.trials import shown

pytestmark = pytest.mark.django_db


def test_a_trial_is_over_a_report_is_set_up_and_the_crm_has_told_of_people() -> None:
    now = clock.now()
    company = load(now)
    set_up(company)
    with clock.frozen_at(now):
        demo.receive_all(company.posts[:200])
    fill_books(company, now)
    assert (fill_steering(now), fill_steering(now)) == (1, 1)
    trial = Trial.objects.get()
    told = shown(trial)
    assert trial.is_drawn
    assert told.effect, told.why
    assert Report.objects.get().recipients.count() > 1
    assert not ReportLetter.objects.exists()
    assert (ReferralCode.objects.count(), Touch.objects.count()) == (2, 7)
    sync, receipt = CrmSync.objects.get(), CrmReceipt.objects.get()
    assert (receipt.stored, receipt.rejected) == (6, [{"index": 6, "reason": "amount is empty"}])
    assert (sync.address, sync.dispatches.count(), Case.objects.count()) == ("", 0, 2)
    client = Client()
    client.force_login(User.objects.filter(role="lead").earliest("pk"))
    assert "A card in the box" in client.get("/desk/experience/trials/").text
    assert "Care" in client.get("/desk/experience/teams/targets/").text
    assert Target.objects.get().department.slug == "care"
    assert "The shop’s CRM" in client.get(f"/desk/settings/crm/{sync.pk}/").text
