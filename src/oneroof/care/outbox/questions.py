"""What has to be asked before a reply goes out: gone, changed, or answered meanwhile."""

from django.utils.translation import gettext as _

from oneroof.care.models import Conversation, Reply
from oneroof.care.outbox.drafts import post_of
from oneroof.listening.models import PostKey
from oneroof.listening.sources.base import Seen, Standing


def claim_question(conversation: Conversation, reply: Reply) -> str:
    """The fencing token: nobody else claimed since the reply was given. Empty where there is no question."""
    if conversation.claim_token == reply.claim_token or conversation.claimant_id == reply.author_id:
        return ""
    return _("%(name)s has claimed the conversation since.") % {
        "name": conversation.claimant or _("Somebody")
    }


def question_from_what_we_heard(reply: Reply) -> str:
    """From our own posts, which the source may have told us since the reply was written."""
    if reply.skips_look_up:
        return ""
    post = post_of(reply.post)
    if post.gone_at:
        return _("The post is gone at the source.")
    if post.text != reply.text_answered:
        return _("The post was changed since the reply was written.")
    since = PostKey.objects.filter(thread_id=reply.post.thread_id, heard_at__gt=reply.created_at)
    if since.filter(is_ours=True).exclude(pk__in=_our_replies(reply)).exists():
        return _("The post was answered meanwhile, in our name.")
    if since.filter(is_ours=False).exists():
        return _("More was said meanwhile.")
    return ""


def question_from_the_source(reply: Reply, seen: Seen) -> str:
    if reply.skips_look_up:
        return ""
    match seen.standing:
        case Standing.GONE:
            return _("The post is gone at the source.")
        case Standing.CHANGED:
            return _("The post was changed since the reply was written.")
        case Standing.CLOSED:
            return seen.reason or _("The post takes no replies any more.")
    if seen.answered_by:
        return _("The post was answered meanwhile by %(names)s.") % {"names": ", ".join(seen.answered_by)}
    return ""


def _our_replies(reply: Reply) -> list[int]:
    """Our posts that are echoes of replies given here."""
    heard = Reply.objects.filter(conversation=reply.conversation_id, heard_as__isnull=False)
    return [key for key in heard.values_list("heard_as_id", flat=True) if key is not None]
