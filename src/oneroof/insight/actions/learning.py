"""What the router learns from is kept, and what it learnt is applied."""

from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction
from django.db.models import Count

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.insight.models import By, Contact, Example, PlacedPost, Reason
from oneroof.insight.queries.products import known_products
from oneroof.insight.router import router
from oneroof.insight.rules.sides import feeling_class
from oneroof.listening.models import Post
from oneroof.listening.sources.base import AUTOMATIC
from oneroof.text.embeddings import embed_queries, is_available

OF_A_REASON = 50
"""So many examples from files are kept for a reason; what people said is always kept."""
SURE = 0.5
AT_A_TIME = 200
LONGEST = 2_000


def keep_examples(external_ids: Sequence[str]) -> None:
    """Contacts that came with reason and text teach the router, up to fifty a reason."""
    kept = dict(Example.objects.values_list("reason").annotate(Count("pk")))
    rows = []
    taught = Contact.objects.filter(external_id__in=external_ids, reason__isnull=False)
    for pk, text, reason_id in taught.order_by("-opened_at").values_list("pk", "text", "reason_id"):
        kept[reason_id] = kept.get(reason_id, 0) + 1
        if kept[reason_id] <= OF_A_REASON:
            rows.append(Example(key=f"contact {pk}", text=text[:LONGEST], reason_id=reason_id))
    Example.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def correct_contact(actor: User, contact_id: int, reason_id: int) -> Contact:
    """Say what a contact was really about; the router learns it."""
    demand(actor, Permission.ANSWER)
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    reason = Reason.objects.live().get(pk=reason_id)
    before = {"reason": contact.reason_id}
    contact.reason, contact.reason_by, contact.sureness = reason, By.HAND, None
    contact.save(update_fields=["reason", "reason_by", "sureness"])
    _learn(actor, f"contact {contact.pk}", contact.text, reason)
    audit.record(
        actor,
        "reason.corrected",
        on=contact,
        name=contact.external_id,
        before=before,
        after={"reason": reason.pk},
    )
    return contact


@transaction.atomic
def correct_post(actor: User, post_id: int, reason_id: int) -> PlacedPost:
    """As ``correct_contact``, of a post that was counted."""
    demand(actor, Permission.ANSWER)
    placed = PlacedPost.objects.select_for_update().get(pk=post_id)
    reason = Reason.objects.live().get(pk=reason_id)
    before = {"reason": placed.reason_id}
    placed.reason, placed.reason_by, placed.sureness = reason, By.HAND, None
    placed.save(update_fields=["reason", "reason_by", "sureness"])
    post = Post.objects.get(pk=post_id, said_at=placed.said_at)
    _learn(actor, f"post {post_id}", post.text, reason)
    audit.record(
        actor, "reason.corrected", on=placed, name=str(post), before=before, after={"reason": reason.pk}
    )
    return placed


def _learn(actor: User, key: str, text: str, reason: Reason) -> None:
    if text.strip():
        Example.objects.update_or_create(
            key=key, defaults={"text": text[:LONGEST], "reason": reason, "by": actor, "at": clock.now()}
        )


def place_posts(post_ids: Sequence[int]) -> None:
    """Count customers' posts, each under its reason where the router is sure. Safe to call again."""
    posts = list(
        Post.objects.filter(pk__in=post_ids, is_ours=False, gone_at=None)
        .exclude(kind__in=AUTOMATIC)
        .exclude(text="")
        .values_list("pk", "said_at", "source_id", "lang", "feeling", "text")
    )
    found, products = router().route([text[:LONGEST] for *_rest, text in posts]), known_products()
    rows = []
    for (pk, said_at, source_id, lang, feeling, text), routed in zip(posts, found, strict=True):
        is_sure = routed is not None and routed.sureness >= SURE
        rows.append(
            PlacedPost(
                post_id=pk,
                said_at=said_at,
                source_id=source_id,
                reason_id=routed.label if routed and is_sure else None,
                reason_by=By.LEARNT if is_sure else "",
                sureness=routed.sureness if routed else None,
                lang=lang or "",
                feeling=feeling_class(feeling),
                product_id=products.of(text[:LONGEST]),
            )
        )
    PlacedPost.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def place_again(post_ids: Sequence[int]) -> None:
    """What was edited is looked at anew, what a person said of it stands; what is gone counts no more."""
    by_hand = dict(
        PlacedPost.objects.filter(pk__in=post_ids, reason_by=By.HAND).values_list("pk", "reason_id")
    )
    PlacedPost.objects.filter(pk__in=post_ids).delete()
    place_posts(post_ids)
    for pk, reason_id in by_hand.items():
        PlacedPost.objects.filter(pk=pk).update(reason=reason_id, reason_by=By.HAND, sureness=None)


def embed_examples() -> int:
    """Those without a vector get one, a few at a time; how many did."""
    if not is_available():
        return 0
    waiting = list(Example.objects.filter(vector=None).order_by("-at")[:AT_A_TIME])
    vectors = embed_queries([example.text for example in waiting])
    for example, vector in zip(waiting, vectors, strict=True):
        example.vector = vector.astype(np.float32).tobytes()
    Example.objects.bulk_update(waiting, ["vector"])
    return len(waiting)


def place_contacts() -> int:
    """Contacts whose reason nobody gave are looked at once, a few at a time; how many were."""
    waiting = list(
        Contact.objects.filter(reason=None, placed_at=None)
        .exclude(text="")
        .order_by("-opened_at")[:AT_A_TIME]
    )
    learnt = router()
    if not waiting or not learnt.knows_anything:
        return 0
    texts = [contact.text[:LONGEST] for contact in waiting]
    vectors = embed_queries(texts) if learnt.knows_meaning else None
    for contact, routed in zip(waiting, learnt.route(texts, vectors), strict=True):
        contact.placed_at = clock.now()
        if routed:
            contact.sureness = routed.sureness
        if routed and routed.sureness >= SURE:
            contact.reason_id, contact.reason_by = routed.label, By.LEARNT
    with transaction.atomic():
        _write_where_nobody_did(waiting)
    return len(waiting)


def _write_where_nobody_did(contacts: Sequence[Contact]) -> None:
    """A person may have said the reason meanwhile: theirs stands."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE insight_contact SET reason_id = %s, reason_by = %s, sureness = %s, placed_at = %s"
            " WHERE id = %s AND reason_id IS NULL",
            [[row.reason_id, row.reason_by, row.sureness, row.placed_at, row.pk] for row in contacts],
        )
