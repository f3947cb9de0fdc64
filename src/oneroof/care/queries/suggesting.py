"""What of the community answers a conversation: public passages, each with its short link."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from oneroof.care.models import Conversation
from oneroof.community.models import Kind
from oneroof.community.queries.near import Near, near
from oneroof.community.rules.addresses import mark_of
from oneroof.listening.models import Post

SHOWN = 3
EXCERPT = 400


@dataclass(frozen=True, slots=True)
class Suggestion:
    entry_id: int
    page_id: int
    kind: str
    title: str
    passage: str
    url: str
    insert: str
    """What goes into the reply: as much of the passage as the place has room for, and the link."""


def suggestions(conversation: Conversation, *, limit: int | None) -> Sequence[Suggestion]:
    """The nearest to the customer's latest words, as somebody signed out finds them: they follow the link.

    ``limit`` is the length of a reply there. What the conversation itself stands on is left out.
    """
    post = Post.objects.defer("words").filter(pk=conversation.latest_post_id).first()
    if post is None:
        return []
    own = _own_page(conversation, post)
    found = near(post.text, reader=None, limit=4 * SHOWN)
    found = [each for each in found if _answers(each) and f"/{own}/" not in f"{each.url}/"]
    return [
        Suggestion(
            each.entry_id,
            int(each.url.split("/")[2]),
            each.kind,
            each.title,
            each.passage,
            each.url,
            insert=inserted(each.passage, f"{settings.PUBLIC_URL}/e/{each.entry_id}", limit),
        )
        for each in found[:SHOWN]
    ]


def _answers(found: Near) -> bool:
    """Not a wish, nor a question that nobody answered."""
    return (
        found.kind in (Kind.ARTICLE, Kind.ANNOUNCEMENT) or mark_of(Kind.ANSWER, found.entry_id) in found.url
    )


def inserted(passage: str, link: str, limit: int | None) -> str:
    """Whole words of the passage, up to half of the room that the link leaves; the link alone in little room."""
    room = min(EXCERPT, ((limit or 4 * EXCERPT) - len(link)) // 2)
    words = " ".join(passage.split())
    if room < 40:
        return link
    if len(words) > room:
        words = f"{words[:room].rsplit(' ', 1)[0]}…"
    return f"{words}\n{link}"


def _own_page(conversation: Conversation, post: Post) -> str:
    """The number of the page, where it stands in our own community."""
    if conversation.source.network != "community":
        return "-"
    return post.url.removeprefix(settings.PUBLIC_URL).split("/")[2] if post.url.count("/") > 3 else "-"
