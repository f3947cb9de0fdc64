"""What looks for signs that articles are stale: by the clock, and when posts are heard."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from oneroof.community.actions.freshness import raise_flag
from oneroof.community.models import (
    Article,
    Entry,
    Helped,
    Kind,
    LinkCheck,
    Passage,
    Reason,
    Revision,
    Status,
    Vote,
)
from oneroof.community.queries.nearness import articles_near
from oneroof.community.rules.freshness import (
    DEAD,
    DEAD_AFTER,
    NEGATIVE,
    is_falling,
    newest_beyond,
    web_links,
)
from oneroof.core import clock
from oneroof.core.http import (
    AddressRefusedError,
    ConnectionFailedError,
    FetchError,
    SafeClient,
    origin_of,
)
from oneroof.customers.models import Purchase
from oneroof.listening.models import Mention, Post

RECENT = timedelta(days=14)
LATELY = timedelta(days=90)
MOST_POSTS = 20
"""Of one batch: a core reads about 27 texts a second."""
LINKS_A_TURN = 50
CHECKED_EVERY, TRIED_AGAIN = timedelta(days=7), timedelta(hours=20)
LINK_SECONDS, LINK_BYTES = 10.0, 200_000


def published() -> QuerySet[Entry]:
    return Entry.objects.filter(
        kind=Kind.ARTICLE, status=Status.PUBLISHED, deleted_at=None, held_at=None, is_unlisted=False
    )


def look_at_the_clock() -> None:
    for entry_id, due in (
        published()
        .filter(article__review_due_at__lte=clock.now())
        .values_list("pk", "article__review_due_at")
    ):
        raise_flag(entry_id, Reason.DUE, f"{due:%Y-%m-%d %H:%M:%S}")


def look_at_helpfulness() -> None:
    """What was said lately, since the last review, against all that was said before."""
    for entry in _spoken_of():
        reviewed = Article.objects.filter(entry=entry).values_list("reviewed_at", flat=True).first()
        since = max(filter(None, (reviewed, clock.now() - LATELY)))
        before, lately = _said(entry, until=since), _said(entry, since=since)
        if is_falling(before, lately):
            told = {"before": list(before), "lately": list(lately)}
            raise_flag(
                entry.pk, Reason.HELPFULNESS, f"{reviewed:%Y-%m-%d}" if reviewed else "never", told=told
            )


def _spoken_of() -> QuerySet[Entry]:
    helped, voted = (
        said.objects.filter(entry=OuterRef("pk"), at__gte=clock.now() - LATELY) for said in (Helped, Vote)
    )
    return published().filter(Exists(helped) | Exists(voted))


def _said(entry: Entry, *, since: datetime | None = None, until: datetime | None = None) -> tuple[int, int]:
    within = {**({"at__gte": since} if since else {}), **({"at__lt": until} if until else {})}
    votes = Vote.objects.filter(entry=entry, **within).aggregate(
        yes=Count("pk", filter=Q(what=Vote.What.UP)), no=Count("pk", filter=Q(what=Vote.What.DOWN))
    )
    visits = Helped.objects.filter(entry=entry, **within).aggregate(
        yes=Count("pk", filter=Q(is_helpful=True)), no=Count("pk", filter=Q(is_helpful=False))
    )
    return votes["yes"] + visits["yes"], votes["no"] + visits["no"]


def look_at_translations(original_id: int) -> None:
    """What is translated from an article is flagged when that says something else."""
    latest = Revision.objects.filter(entry=original_id).aggregate(most=Max("number"))["most"] or 0
    for entry_id in published().filter(article__original=original_id).values_list("pk", flat=True):
        raise_flag(entry_id, Reason.ORIGINAL, f"revision:{latest}", path=f"/e/{original_id}/history/")


def look_at_versions() -> None:
    """Articles that name versions of a product of which customers own a later one."""
    named = published().exclude(product="").exclude(article__versions=[]).select_related("article")
    owned = _owned({entry.product.lower() for entry in named})
    for entry in named:
        versions = owned[entry.product.lower()]
        newest = newest_beyond(entry.article.versions, versions)
        if newest:
            told = {"version": newest, "owners": versions[newest], "product": entry.product}
            raise_flag(entry.pk, Reason.NEWER_VERSION, newest, told=told)


def _owned(products: Iterable[str]) -> dict[str, dict[str, int]]:
    rows = Purchase.objects.annotate(folded=Lower("product")).filter(folded__in=list(products))
    counted = (
        rows.exclude(version="").values_list("folded", "version").annotate(n=Count("customer", distinct=True))
    )
    owned: dict[str, dict[str, int]] = defaultdict(dict)
    for product, version, owners in counted.order_by():
        owned[product][version] = owners
    return owned


def look_at_posts(post_ids: Sequence[int]) -> None:
    """Complaints and questions of these days that come near to a published article which they are younger than."""
    if not Passage.objects.filter(entry__in=published()).exists():
        return
    for post in _telling(post_ids)[:MOST_POSTS]:
        reason = Reason.COMPLAINT if (post.feeling or 0) <= NEGATIVE else Reason.QUESTION
        for entry_id in articles_near(post.text, lang=post.lang, said_at=post.said_at):
            path = f"/e/{post.external_id}" if _is_ours(post) else f"/desk/listen/posts/{post.pk}/"
            raise_flag(entry_id, reason, f"post:{post.pk}", path=path, post_id=post.pk, post_at=post.said_at)


def _telling(post_ids: Sequence[int]) -> QuerySet[Post]:
    """Said by customers, to us or caught by a watch, and no copy of another; the neediest first."""
    posts = Post.objects.defer("words").select_related("source")
    posts = posts.filter(pk__in=post_ids, said_at__gte=clock.now() - RECENT, is_ours=False, gone_at=None)
    telling = Q(feeling__lte=NEGATIVE) | Q(has_question=True) | Q(kind=Kind.QUESTION)
    concerns = Q(is_to_us=True) | Q(source__network="community") | Q(pk__in=_caught(post_ids))
    found = posts.filter(telling, concerns, first_copy_id=None).exclude(kind=Kind.ARTICLE)
    return found.order_by("-need", "-pk")


def _caught(post_ids: Sequence[int]) -> list[int]:
    return list(Mention.objects.filter(post_id__in=post_ids).values_list("post_id", flat=True))


def _is_ours(post: Post) -> bool:
    return bool(post.source.network == "community" and post.external_id.isdigit())


def look_at_links(client: SafeClient | None = None) -> int:
    """Try links that were not tried for a week; what failed is tried again the next day. How many were tried."""
    client = client or SafeClient(
        allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL
    )
    tried = 0
    for entry in _not_tried_lately():
        for url in _due_links(entry)[: LINKS_A_TURN - tried]:
            _note(entry, url, _why_dead(client, url))
            tried += 1
        if tried >= LINKS_A_TURN:
            break
    return tried


def _not_tried_lately() -> QuerySet[Entry]:
    """Those that have links, the longest untried first."""
    last = published().filter(body__contains="](http").annotate(last=Max("link_checks__checked_at"))
    return last.order_by(F("last").asc(nulls_first=True), "pk")[: 4 * LINKS_A_TURN]


def _due_links(entry: Entry) -> list[str]:
    """Forgets the checks of links that stand in it no more."""
    links = [url for url in web_links(entry.body) if len(url) <= 2_000 and not url.startswith(_here())]
    known = {check.url: check for check in LinkCheck.objects.filter(entry=entry)}
    LinkCheck.objects.filter(entry=entry).exclude(url__in=links).delete()
    return [url for url in links if _is_due(known.get(url))]


def _here() -> str:
    return f"{settings.PUBLIC_URL}/"


def _is_due(check: LinkCheck | None) -> bool:
    if check is None:
        return True
    wait = TRIED_AGAIN if check.failures else CHECKED_EVERY
    return check.checked_at <= clock.now() - wait


def _why_dead(client: SafeClient, url: str) -> str:
    """Empty where it lives, or where what went wrong may be about us or about today."""
    try:
        answer = client.get(url, max_bytes=LINK_BYTES, deadline=LINK_SECONDS)
    except AddressRefusedError:
        return ""
    except ConnectionFailedError as error:
        return str(error)[:200]
    except FetchError:
        return ""
    return str(answer.status) if answer.status in DEAD else ""


def _note(entry: Entry, url: str, why: str) -> None:
    check, _is_new = LinkCheck.objects.get_or_create(
        entry=entry, url=url, defaults={"checked_at": clock.now()}
    )
    check.checked_at, check.reason = clock.now(), why
    check.failures = check.failures + 1 if why else 0
    check.save(update_fields=["checked_at", "reason", "failures"])
    if check.failures >= DEAD_AFTER:
        told = {"url": url, "why": why, "site": origin_of(url)}
        raise_flag(entry.pk, Reason.DEAD_LINK, url, again=True, told=told)
