"""What stands beside a conversation: the customer's other ones, near-copies of a post, and its version."""

from collections.abc import Iterable, Mapping

from django.db.models import Count, Max, QuerySet

from oneroof.care.models import Conversation
from oneroof.core import clock
from oneroof.listening.models import Post

OTHERS_SHOWN = 6


def others_of(conversation: Conversation) -> QuerySet[Conversation]:
    """The same human's other conversations, by whichever handle, newest first."""
    if conversation.identity is None:
        return Conversation.objects.none()
    others = Conversation.objects.whole().filter(identity__person_id=conversation.identity.person_id)
    return (
        others.exclude(pk=conversation.pk)
        .select_related("source")
        .order_by("-customer_said_at")[:OTHERS_SHOWN]
    )


def copies_of(posts: Iterable[Post]) -> Mapping[int, int]:
    """How many near-copies of each post were heard; those that have none are left out."""
    ids = [post.pk for post in posts if not post.is_ours]
    counted = Post.objects.filter(first_copy_id__in=ids).values("first_copy_id").annotate(copies=Count("pk"))
    return {row["first_copy_id"]: row["copies"] for row in counted.order_by() if row["first_copy_id"]}


def version_of(conversation_id: int) -> str:
    """Changes with all that its page shows: posts, notes, states, the claim to the minute, its lapse, replies on
    their way."""
    found = (
        Conversation.objects.filter(pk=conversation_id)
        .annotate(replied=Max("replies__changed_at"))
        .values_list("changed", "claimant_id", "claim_expires_at", "replied")
        .get()
    )
    changed, claimant, until, replied = found
    claim = f"{claimant}.{until:%H%M}" if claimant and until and until > clock.now() else ""
    moment = f"{replied:%s%f}" if replied else ""
    return f"{changed}-{claim}-{moment}"
