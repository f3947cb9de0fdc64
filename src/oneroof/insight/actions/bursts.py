"""Each minute: is there more than usual, of what, and where did it begin? See rules/bursts.py."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.insight.models import Burst, BurstProfile, PlacedPost
from oneroof.insight.rules import bursts as rules
from oneroof.listening.models import Post
from oneroof.notify.actions import tell
from oneroof.text.noise import own_words
from oneroof.text.tokens import fold

KIND = "burst"
ALL = "all"
FIRST_WEEK = timedelta(days=7)
"""Of a house that has heard less than a week nobody knows what is usual."""
HOURS_COUNTED = """
SELECT stream, floor(extract(epoch FROM said_at) / 3600)::bigint AS hour, count(*)
FROM insight_placedpost, LATERAL (
    VALUES ('all'), ('source ' || source_id), ('reason ' || reason_id)
) AS streams (stream)
WHERE said_at >= %s AND said_at < %s AND stream IS NOT NULL
GROUP BY 1, 2
"""
NOW_COUNTED = """
SELECT stream, {columns}
FROM insight_placedpost, LATERAL (
    VALUES ('all'), ('source ' || source_id), ('reason ' || reason_id)
) AS streams (stream)
WHERE said_at > %s AND said_at <= %s AND stream IS NOT NULL
GROUP BY 1
"""
WORDS, SHARED_BY, TELLING, LOOKED_AT = 6, 2, 3, 2_000


@dataclass(frozen=True, slots=True)
class Rise:
    stream: str
    minutes: int
    count: int
    usual: float


def learn_profiles() -> int:
    """What is usual by the whole hours of the last weeks; how many streams there are."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    first = PlacedPost.objects.order_by("said_at").values_list("said_at", flat=True).first()
    start = max(now - timedelta(weeks=rules.WEEKS), _hour_after(first) if first else now)
    if now - start < FIRST_WEEK:
        return 0
    made = [_profile(stream, counts, start, now) for stream, counts in _hourly(start, now).items()]
    with transaction.atomic():
        BurstProfile.objects.all().delete()
        BurstProfile.objects.bulk_create(made)
    return len(made)


def _hour_after(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _hourly(start: datetime, end: datetime) -> Mapping[str, Mapping[int, int]]:
    found: dict[str, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(HOURS_COUNTED, [start, end])
        for stream, hour, count in cursor.fetchall():
            found.setdefault(stream, {})[hour] = count
    return found


def _profile(stream: str, counts: Mapping[int, int], start: datetime, end: datetime) -> BurstProfile:
    """Hours without a post are hours with none; a source's begin with its first."""
    first = max(int(start.timestamp() // 3_600), min(counts) if stream != ALL else 0)
    until = int(end.timestamp() // 3_600)
    hourly = np.array([counts.get(hour, 0) for hour in range(first, until)], float)
    learnt = rules.learn(hourly, _hour_of_week(datetime.fromtimestamp(first * 3_600, UTC)))
    return BurstProfile(stream=stream, hours=list(learnt.hours), spread=learnt.spread, made_at=clock.now())


def _hour_of_week(moment: datetime) -> int:
    return moment.weekday() * 24 + moment.hour


def look_for_bursts() -> list[Burst]:
    """Those that are new. What is a burst of a source or a reason is not told of the whole again."""
    now = clock.now()
    rises = _rises(now)
    narrow = [rise for rise in rises if rise.stream != ALL]
    _end_what_is_over(now, {rise.stream for rise in rises})
    is_told = bool(narrow) or Burst.objects.filter(ended_at=None).exclude(stream=ALL).exists()
    begun = [_begin(rise, now) for rise in (narrow if is_told else rises)]
    return [burst for burst in begun if burst is not None]


def _rises(now: datetime) -> list[Rise]:
    heard = _heard(now)
    minute = _hour_of_week(now.astimezone(UTC)) * 60 + now.minute
    found = []
    for row in BurstProfile.objects.filter(pk__in=heard):
        profile = rules.Profile(tuple(row.hours), row.spread)
        counts = np.array(heard[row.stream], float)
        usual = np.array([rules.usual_within(profile, minute, width) for width in rules.WINDOWS])
        chance = rules.chances(counts, usual, row.spread)
        place = int(chance.argmin())
        if chance[place] < rules.UNLIKELY:
            found.append(Rise(row.stream, rules.WINDOWS[place], int(counts[place]), float(usual[place])))
    return found


def _heard(now: datetime) -> Mapping[str, Sequence[int]]:
    """Of each stream the posts of each window that ends now."""
    columns = ", ".join("count(*) FILTER (WHERE said_at > %s)" for _width in rules.WINDOWS)
    since = [now - timedelta(minutes=width) for width in rules.WINDOWS]
    with connection.cursor() as cursor:
        cursor.execute(NOW_COUNTED.format(columns=columns), [*since, min(since), now])
        return {stream: counts for stream, *counts in cursor.fetchall()}


def _end_what_is_over(now: datetime, rising: set[str]) -> None:
    standing = Burst.objects.filter(ended_at=None)
    standing.filter(stream__in=rising).update(seen_at=now)
    over = standing.exclude(stream__in=rising).filter(seen_at__lte=now - timedelta(minutes=rules.OVER_AFTER))
    over.update(ended_at=now)


@transaction.atomic
def _begin(rise: Rise, now: datetime) -> Burst | None:
    """None where it is known, or another process was faster."""
    if Burst.objects.filter(stream=rise.stream, ended_at=None).exists():
        return None
    kind, _space, pk = rise.stream.partition(" ")
    posts = _posts(rise, now)
    words = telling_words(
        [post.text for post in posts], [post.author_handle_folded for post in posts], _before(now)
    )
    about = [post for post in posts if _has_any(post.text, words[:3])] or posts
    burst = Burst(
        stream=rise.stream,
        source=about[0].source if about else None,
        reason_id=int(pk) if kind == "reason" else None,
        began_at=about[0].said_at if about else now,
        noticed_at=now,
        seen_at=now,
        minutes=rise.minutes,
        count=rise.count,
        usual=rise.usual,
        words=words,
        posts=_telling(about, words),
    )
    made = Burst.objects.bulk_create([burst], ignore_conflicts=True)
    stored = Burst.objects.filter(stream=rise.stream, ended_at=None).first()
    if not made or stored is None or stored.noticed_at != now:
        return None
    _alert(stored)
    return stored


def _posts(rise: Rise, now: datetime) -> list[Post]:
    """Those of the window, the first first."""
    since = now - timedelta(minutes=rise.minutes)
    placed = PlacedPost.objects.filter(said_at__gt=since, said_at__lte=now)
    kind, _space, pk = rise.stream.partition(" ")
    if kind != ALL:
        placed = placed.filter(**{f"{kind}_id": int(pk)})
    ids = list(placed.values_list("pk", flat=True)[:LOOKED_AT])
    found = Post.objects.filter(pk__in=ids, said_at__gt=since, said_at__lte=now, gone_at=None)
    return list(found.select_related("source").defer("words").order_by("said_at", "pk"))


def _before(now: datetime) -> list[str]:
    """What was said in the day before, to tell what is different now."""
    span = (now - timedelta(hours=25), now - timedelta(hours=1))
    found = Post.objects.filter(said_at__range=span, is_ours=False, gone_at=None).exclude(text="")
    return list(found.values_list("text", flat=True)[:LOOKED_AT])


def telling_words(texts: Sequence[str], authors: Sequence[str], before: Sequence[str]) -> list[str]:
    """Words that stand in more of these than of those before, of what several people used."""
    users: dict[str, set[str]] = {}
    for text, author in zip(texts, authors, strict=True):
        for word in _words(text):
            users.setdefault(word, set()).add(author)
    past = Counter(word for text in before for word in _words(text))
    now, then = max(len(texts), 1), max(len(before), 1)
    gain = {
        word: len(who) / now * np.log((len(who) / now + 0.01) / (past[word] / then + 0.01))
        for word, who in users.items()
        if len(who) >= SHARED_BY
    }
    best = sorted(gain, key=lambda word: (-gain[word], word))
    return [word for word in best if gain[word] > 0][:WORDS]


def _words(text: str) -> set[str]:
    folded = fold(own_words(text))
    return {word for word in folded.replace("#", " ").split() if len(word) > 3 and word.isalpha()}


def _has_any(text: str, words: Iterable[str]) -> bool:
    return not _words(text).isdisjoint(words)


def _telling(posts: Sequence[Post], words: Sequence[str]) -> list[int]:
    """The first, then those with most of the words, each of somebody else."""
    ordered = sorted(posts[1:], key=lambda post: -len(_words(post.text) & set(words)))
    chosen: dict[str, int] = {}
    for post in [*posts[:1], *ordered]:
        chosen.setdefault(post.author_handle_folded, post.pk)
    return list(chosen.values())[:TELLING]


def _alert(burst: Burst) -> None:
    """Leads, and the people of the department that the source or reason belongs to."""
    of = burst.reason or burst.source
    near = (
        User.objects.who_may(Permission.HEAR).filter(departments=of.department)
        if of and of.department
        else None
    )
    people = {user.pk: user for user in User.objects.who_may(Permission.STEER)}
    people |= {user.pk: user for user in near or ()}
    for user in people.values():
        with translation.override(user.language or settings.LANGUAGE_CODE):
            tell(
                [user],
                key=f"burst:{burst.pk}",
                kind=KIND,
                title=_("Far more than usual: %(words)s") % {"words": burst},
                body=_(
                    "%(count)d posts in %(minutes)d minutes, where %(usual).1f are usual. It began at %(place)s."
                )
                % {
                    "count": burst.count,
                    "minutes": burst.minutes,
                    "usual": burst.usual,
                    "place": burst.source or "–",
                },
                path=reverse("insight:bursts"),
            )
