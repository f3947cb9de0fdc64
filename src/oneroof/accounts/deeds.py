"""What the audit's entries say in people's words. Each package registers those of its own verbs in ``apps.py``::

register_deeds(WATCH_DEEDS, in_words(WATCH_DEEDS))
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

if TYPE_CHECKING:
    from oneroof.accounts.models import AuditEntry

type Tell = Callable[[AuditEntry], str]

_tellers: dict[str, Tell] = {}

OURS = {
    "audit.exported": noop("took the audit as a file"),
    "department.added": noop("added it"),
    "department.removed": noop("removed it"),
    "department.renamed": noop("renamed it"),
    "rules.accepted": noop("accepted them"),
    "rules.published": noop("published them"),
    "token.created": noop("made it"),
    "token.revoked": noop("took it back"),
    "user.added": noop("invited them"),
    "user.changed": noop("changed what they may do"),
    "user.email_added": noop("added an e-mail address"),
    "user.email_changed": noop("changed their e-mail address"),
    "user.email_removed": noop("removed an e-mail address"),
    "user.factor_added": noop("added a second factor or passkey"),
    "user.factor_removed": noop("removed a second factor or passkey"),
    "user.factor_renewed": noop("renewed their recovery codes"),
    "user.link_made": noop("made a sign-in link for them"),
    "user.link_used": noop("used a sign-in link"),
    "user.password_changed": noop("changed their password"),
    "user.password_reset": noop("set a new password by e-mail"),
    "user.password_set": noop("set their first password"),
    "user.profile_changed": noop("changed their own profile"),
    "user.sessions_ended": noop("ended sessions of theirs"),
    "user.signed_in": noop("signed in"),
    "user.signed_in_by_link": noop("signed in by a link"),
    "user.signed_out": noop("signed out"),
    "user.signed_up": noop("signed up"),
    "user.trust_granted": noop("let their replies out without a lead"),
    "user.trust_taken_back": noop("asked for a lead’s look at their replies again"),
}


def register_deeds(verbs: Iterable[str], tell: Tell) -> None:
    """Called in a package's ``apps.py``; ``tell`` gets an entry with one of the verbs."""
    _tellers.update(dict.fromkeys(verbs, tell))


def in_words(words: Mapping[str, str]) -> Tell:
    """For verbs whose words say all; they are looked up in the reader's language."""
    return lambda entry: _(words[entry.verb])


def deed(entry: "AuditEntry") -> str:
    """What was done; a verb that nobody registered (any more) shows as it is."""
    tell = _tellers.get(entry.verb)
    return tell(entry) if tell else entry.verb


def kind_name(kind: str) -> str:
    """“service policy” for ``care.servicepolicy``; of a kind that is no more, its key."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
