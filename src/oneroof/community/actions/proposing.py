"""Anybody may change an article: until a reviewer took it, what is published stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.articles import audited, locked_article, tell_reviewers
from oneroof.community.actions.editing import Words, latest_revision, write_over
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Proposal, Status
from oneroof.core import clock
from oneroof.notify.actions import tell, withdraw


@transaction.atomic
def propose_change(actor: User, entry_id: int, words: Words) -> Proposal:
    """One waits an author; proposed again, it takes the place of the first."""
    demand(actor, Permission.TAKE_PART)
    entry, _article = locked_article(actor, entry_id)
    if entry.status != Status.PUBLISHED:
        raise CommunityError(_("Changes are proposed to what is published."))
    title, body = store.titled(words.title), store.written(words.body)
    if (title, body) == (entry.title, entry.body):
        raise CommunityError(_("Nothing was changed."))
    made, _is_new = Proposal.objects.update_or_create(
        entry=entry,
        author=member_of(actor),
        state=Proposal.State.WAITING,
        defaults={
            "title": title,
            "body": body,
            "tags": (words.tags or "")[:320],
            "why": words.why[:300],
            "based_on": latest_revision(entry) if words.based_on is None else words.based_on,
            "at": clock.now(),
        },
    )
    audited(actor, "proposed", entry, why=made.why)
    title = _("A change of an article waits for review: %(title)s") % {"title": entry.title}
    tell_reviewers(actor, entry, title)
    return made


@transaction.atomic
def take_proposal(actor: User, proposal_id: int) -> Entry:
    """It becomes what the article says, as its author's words; not where somebody changed that meanwhile."""
    proposal, entry = _locked(actor, proposal_id)
    if proposal.state == Proposal.State.TAKEN:
        return entry
    if proposal.author.user_id == actor.pk and not actor.may(Permission.STEER):
        raise CommunityError(_("Somebody else reviews what one wrote: ask for a review."))
    words = Words(proposal.body, proposal.title, proposal.tags, proposal.why, proposal.based_on)
    write_over(actor, entry, words, by=proposal.author)
    _decide(actor, proposal, Proposal.State.TAKEN, "")
    audited(actor, "proposal_taken", entry)
    return entry


@transaction.atomic
def refuse_proposal(actor: User, proposal_id: int, because: str) -> Entry:
    proposal, entry = _locked(actor, proposal_id)
    because = " ".join(because.split())[:300]
    if not because:
        raise CommunityError(_("Say why: its author reads it."))
    if proposal.state == Proposal.State.WAITING:
        _decide(actor, proposal, Proposal.State.REFUSED, because)
        audited(actor, "proposal_refused", entry, because=because)
    return entry


def _locked(actor: User, proposal_id: int) -> tuple[Proposal, Entry]:
    """The article first, then the proposal. Raises DoesNotExist."""
    demand(actor, Permission.MODERATE)
    entry_id = Proposal.objects.values_list("entry_id", flat=True).get(pk=proposal_id)
    entry, _article = locked_article(actor, entry_id)
    return Proposal.objects.select_for_update(of=("self",)).select_related("author__user").get(
        pk=proposal_id
    ), entry


def _decide(actor: User, proposal: Proposal, state: str, because: str) -> None:
    proposal.state, proposal.because = state, because
    proposal.decided_at, proposal.decided_by = clock.now(), member_of(actor)
    proposal.save(update_fields=["state", "because", "decided_at", "decided_by"])
    if not Proposal.objects.filter(entry=proposal.entry_id, state=Proposal.State.WAITING).exists():
        withdraw(f"article-review:{proposal.entry_id}")
    if proposal.author.user is None or proposal.author.user == actor:
        return
    is_taken = state == Proposal.State.TAKEN
    title = _("Your change was taken: %(title)s") if is_taken else _("Your change was not taken: %(title)s")
    tell(
        [proposal.author.user],
        key=f"article-proposal:{proposal.pk}",
        kind="community_article",
        title=title % {"title": proposal.title},
        body=because,
        path=f"/e/{proposal.entry_id}",
    )
