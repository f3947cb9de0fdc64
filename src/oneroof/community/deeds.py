"""What is done to entries, in the audit's words."""

from django.utils.translation import gettext_noop as noop

COMMUNITY_DEEDS = {
    "article.archived": noop("archived it"),
    "article.changed": noop("changed what it is about"),
    "article.owner_set": noop("gave it an owner"),
    "article.proposal_refused": noop("refused a proposed change of it"),
    "article.proposal_taken": noop("took a proposed change of it"),
    "article.proposed": noop("proposed a change of it"),
    "article.published": noop("published it"),
    "article.reviewed": noop("found that it is still right"),
    "article.sent_back": noop("sent it back to its author"),
    "article.submitted": noop("asked for its review"),
    "disclaimer.removed": noop("took it away"),
    "disclaimer.written": noop("wrote it"),
    "entry.accepted": noop("said that it solves the question"),
    "entry.announced": noop("announced it"),
    "entry.answered": noop("answered with it"),
    "entry.asked": noop("asked it"),
    "entry.commented": noop("commented with it"),
    "entry.deleted": noop("deleted it"),
    "entry.drafted": noop("drafted it"),
    "entry.edited": noop("edited it"),
    "entry.merged": noop("merged it into the question that was asked first"),
    "entry.restored": noop("brought it back"),
    "entry.standing_set": noop("said how it stands"),
    "entry.suggested": noop("suggested it"),
    "entry.unaccepted": noop("took back that it solves the question"),
}
