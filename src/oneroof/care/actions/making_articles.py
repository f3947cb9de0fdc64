"""A conversation that was answered well becomes a draft article in one step."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.errors import CareError
from oneroof.care.models import ReplyState
from oneroof.care.queries.conversation import posts_of
from oneroof.community.actions.making_articles import article_of_texts
from oneroof.community.models import Entry

TITLE = 120


@transaction.atomic
def article_of_conversation(actor: User, conversation_id: int) -> Entry:
    """What the customer first said, quoted, and what we answered; without names. Once a conversation."""
    demand(actor, Permission.MODERATE)
    conversation = store.locked(conversation_id)
    sent = conversation.replies.filter(state=ReplyState.SENT).exclude(text="").order_by("sent_at", "pk")
    answered = list(sent.values_list("text", flat=True))
    asked = next((post.text for post in posts_of(conversation) if not post.is_ours), "")
    if not answered or not asked:
        raise CareError(_("Nothing was answered here yet: there is nothing to write down."))
    title = conversation.subject or asked
    title = title if len(title) <= TITLE else f"{title[:TITLE].rsplit(' ', 1)[0]}…"
    path = reverse("care:conversation", args=[conversation.pk])
    store.audited(actor, "made_an_article", conversation, before={}, after={})
    return article_of_texts(actor, title, asked, answered, origin_path=path)
