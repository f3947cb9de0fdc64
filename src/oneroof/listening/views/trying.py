"""The form of a source is tried out: nothing of it is kept."""

from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.models import User
from oneroof.core.errors import OneroofError
from oneroof.core.turns import outward_call
from oneroof.listening.actions.renewing import good_settings
from oneroof.listening.actions.sources import SourceError, leads_of, whole_settings
from oneroof.listening.forms import SourceForm
from oneroof.listening.models import Source
from oneroof.listening.sources.base import PollFailedError
from oneroof.listening.trying import BriefClient, Trial, try_out

SECONDS = 8.0


def trial_of(actor: User, form: SourceForm, source: Source | None = None) -> Trial:
    """A place may be tried before it has a name."""
    form.errors.pop("name", None)
    if form.place.poll is None:
        return Trial(problem=_("This place tells us by itself; there is nothing to ask."))
    if form.errors:
        return Trial(problem=_("Not everything is filled in yet: the form says what is missing."))
    try:
        with outward_call(actor.pk):
            return _tried(actor, form, source, BriefClient(SECONDS))
    except SourceError as error:
        form.refuse(error)
        return Trial(problem=str(error))
    except (OneroofError, PollFailedError) as error:
        return Trial(problem=str(error))


def _tried(actor: User, form: SourceForm, source: Source | None, client: BriefClient) -> Trial:
    told = {"network": form.place.key, "leads": leads_of(form.place, form.settings())}
    audit.record(actor, "source.tried", on=source or actor, after=told)
    known = good_settings(source, form.place, client) if source else None
    return try_out(form.place, whole_settings(form.place, form.settings(), known), client)
