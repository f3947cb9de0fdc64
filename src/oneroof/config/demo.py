"""The sample company, brought into a home of its own through the same doors as everything else."""

import json
import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, groupby

from oneroof.accounts.actions.people import make_sign_in_link
from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.config.receiver import PORT, answer_here
from oneroof.config.sample import team
from oneroof.config.sample.books import fill_books
from oneroof.config.sample.community import fill_community
from oneroof.config.sample.company import LivePost, SamplePost, load
from oneroof.config.sample.knowledge import fill_knowledge
from oneroof.config.sample.setting_up import set_up
from oneroof.config.sample.steering import fill_steering
from oneroof.config.worker import deliver_events
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.home import DEMO_MARK, home, is_taken_by_others_than_the_demo
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.listening.sources.base import RawPost

FOUNDED_BEFORE = timedelta(days=61)  # the day before the oldest post
log = logging.getLogger(__name__)


def claim_home() -> None:
    """Mark the home as the demo's before anything is put there, so that a killed first start is known again."""
    if is_taken_by_others_than_the_demo(home()):
        raise OneroofError(
            f"{home()} holds an installation of yours: give the demo another folder with --home."
        )
    mark = home() / DEMO_MARK
    if not mark.exists():
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.write_text(json.dumps({"loaded_at": None}))


def prepare() -> None:
    """Load the company, once in the life of a home: its posts end at that moment."""
    mark = home() / DEMO_MARK
    port = int(os.environ.get(PORT, "9"))
    if json.loads(mark.read_text())["loaded_at"] is None:
        _load(clock.now(), port)
        mark.write_text(json.dumps({"loaded_at": clock.now().isoformat()}))
    else:
        answer_here(port)


def _load(moment: datetime, port: int) -> None:
    started = time.monotonic()
    company = load(moment)
    with clock.frozen_at(moment - FOUNDED_BEFORE):
        set_up(company)
        answer_here(port)
    stored = sum(_receive_spell(spell) for spell in _in_spells(company.posts))
    questions = fill_community(moment)
    fill_knowledge(company, moment)
    deliver_events()
    team.work(moment)
    fill_books(company, moment)
    fill_steering(moment)
    seconds = time.monotonic() - started
    log.info("%s is loaded: %s posts, %s questions in %.1f s.", company.name, stored, questions, seconds)


def _in_spells(posts: Sequence[SamplePost]) -> Iterator[list[SamplePost]]:
    """Posts in the order in which they are heard: a week at a time, and of the last week each day for itself."""
    heard = dict(zip(posts, accumulate((post.said_at for post in posts), max), strict=True))
    newest = max(heard.values())

    def spell(post: SamplePost) -> tuple[int, int]:
        days = (newest - heard[post]).days
        return days // 7, min(7, days)

    return (list(group) for _spell, group in groupby(posts, spell))


def _receive_spell(posts: Sequence[SamplePost]) -> int:
    with clock.frozen_at(max(post.said_at for post in posts)):
        return receive_all(posts)


def sign_in_link() -> str:
    return make_sign_in_link(None, User.objects.filter(role=Role.ADMIN).earliest("id"))


def receive_all(posts: Iterable[SamplePost]) -> int:
    """Hear posts, each source's in one batch; returns how many were new."""
    by_source = defaultdict(list)
    for post in posts:
        by_source[post.source].append(raw(post))
    sources = {
        source.settings["sample"]: source for source in Source.objects.filter(settings__has_key="sample")
    }
    return sum(receive_posts(sources[key], batch).stored for key, batch in by_source.items())


def raw(post: SamplePost) -> RawPost:
    return RawPost(
        external_id=post.external_id,
        author_handle=post.author_handle,
        author_name=post.author_name,
        text=post.text,
        created_at=post.said_at,
        parent_id=post.parent_id,
        url=post.url,
        kind=post.kind,
        followers=post.followers,
        likes=post.likes,
        reposts=post.reposts,
        said_by_us=post.is_ours or None,
    )


def feed() -> None:
    """Let the posts that come while one watches arrive, each in its time after this start."""
    start = time.monotonic()
    for coming in load(clock.now()).live:
        time.sleep(max(0.0, coming.after.total_seconds() - (time.monotonic() - start)))
        _say_live(coming, clock.now())
    while True:  # The supervisor starts again whoever ends; there is nothing more to say.
        time.sleep(3600)


def _say_live(coming: LivePost, moment: datetime) -> None:
    received = receive_all([coming.said(moment)])
    log.info("A sample post arrives on %s (%s new).", coming.post.source, received)
