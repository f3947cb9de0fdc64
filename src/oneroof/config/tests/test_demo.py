"""The demo's company comes in whole, as a team left it, and only once."""

import json
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

from oneroof.accounts.models import AuditEntry, User
from oneroof.care.models import Conversation, Reply, ReplyState, SavedReply, ServicePolicy, State
from oneroof.config import demo
from oneroof.config.sample.books import BY_THE_CLOCK
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.listening.models import Mention, Post, Watch


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_every_page_has_something_to_show(own_home: Path) -> None:
    demo.claim_home()
    app.configure_task(BY_THE_CLOCK[0]).defer(timestamp=0)  # as at its minute of the hour
    demo.prepare()
    conversations = Conversation.objects.whole()
    assert {state for state in State.values if not conversations.filter(state=state)} == set()
    assert Reply.objects.filter(state=ReplyState.AWAITING_APPROVAL).count() == 2
    assert Reply.objects.filter(state=ReplyState.QUEUED, by_hand=False).count() == 3
    claimants = User.objects.filter(pk__in=conversations.exclude(claimant=None).values("claimant"))
    assert sum(conversations.claimed_by(person).exists() for person in claimants) >= 3
    assert conversations.filter(state=State.OPEN, is_at_risk=True).exists()
    assert Watch.objects.count() == 10
    assert not Watch.objects.exclude(pk__in=Mention.objects.values("watch")).exists()
    assert (SavedReply.objects.count(), ServicePolicy.objects.count()) == (11, 4)
    newest = Post.objects.latest("said_at").said_at
    assert 0 <= (clock.now() - newest).total_seconds() < 600
    assert not AuditEntry.objects.filter(at__gt=clock.now()).exists()

    before = AuditEntry.objects.count(), Post.objects.count()
    (own_home / demo.DEMO_MARK).write_text(json.dumps({"loaded_at": None}))  # as if it was cut off at the end
    demo.prepare()
    assert Post.objects.count() == before[1]
    assert Reply.objects.filter(state=ReplyState.AWAITING_APPROVAL).count() == 2


def test_somebody_elses_home_is_left_alone(own_home: Path) -> None:
    (own_home / "postgres").mkdir()
    with pytest.raises(OneroofError, match="--home"):
        demo.claim_home()
    assert [path.name for path in own_home.iterdir()] == ["postgres"]
