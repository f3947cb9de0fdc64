"""Why articles may be wrong, as their keepers read it: what people said is looked up where it stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Entry, Flag, Reason
from oneroof.listening.models import Post

EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Sign:
    """A reason, what shows it in words, and where that stands; empty where this reader may not see it."""

    reason: str | Promise
    words: str
    url: str
    at: datetime
    is_outside: bool = False


def signs_of(reader: User, entries: Iterable[Entry]) -> Mapping[int, Sequence[Sign]]:
    """Of each entry those that no review cleared, the latest first."""
    flags = Flag.objects.filter(entry__in=[entry.pk for entry in entries], cleared_at=None)
    found = list(flags.select_related("by").order_by("-at", "-pk"))
    said = _said(reader, found)
    signs: dict[int, list[Sign]] = defaultdict(list)
    for flag in found:
        signs[flag.entry_id].append(_sign(reader, flag, said.get(flag.post_id or 0, "")))
    return signs


def _said(reader: User, flags: Sequence[Flag]) -> dict[int, str]:
    """The words of posts: of the community what this reader may read there, of the rest for whoever hears."""
    keyed = {flag.post_id: flag for flag in flags if flag.post_id}
    moments = [flag.post_at for flag in keyed.values() if flag.post_at]
    if not moments:
        return {}
    within = Post.objects.filter(pk__in=keyed, said_at__range=(min(moments), max(moments)), gone_at=None)
    ours = {pk: int(flag.path[3:]) for pk, flag in keyed.items() if flag.path.startswith("/e/")}
    shown = set(Entry.objects.visible_to(reader).filter(pk__in=ours.values()).values_list("pk", flat=True))
    within = within.exclude(pk__in=[pk for pk, entry_id in ours.items() if entry_id not in shown])
    if not reader.may(Permission.HEAR):
        within = within.filter(pk__in=ours, source__network="community")
    return {pk: " ".join(text.split())[:EXCERPT] for pk, text in within.values_list("pk", "text")}


def _sign(reader: User, flag: Flag, said: str) -> Sign:
    told = flag.told
    words, url = said, flag.path
    match flag.reason:
        case Reason.HELPFULNESS:
            words = _("%(lately)s lately, %(before)s before") % {
                "lately": _share(told["lately"]),
                "before": _share(told["before"]),
            }
        case Reason.DEAD_LINK:
            words, url = f"{told['url']} ({told['why']})", told["url"]
        case Reason.NEWER_VERSION:
            words = ngettext(
                "%(owners)d customer owns %(product)s %(version)s",
                "%(owners)d customers own %(product)s %(version)s",
                told["owners"],
            ) % {name: told[name] for name in ("owners", "product", "version")}
        case Reason.TOLD:
            words = f"{flag.by.name}: {flag.words}" if flag.by else flag.words
    is_ours = url.startswith("/") and not url.startswith("/desk/")
    may_follow = is_ours or flag.reason == Reason.DEAD_LINK or reader.may(Permission.HEAR)
    return Sign(
        reason=flag.get_reason_display(),
        words=words,
        url=url if may_follow else "",
        at=flag.at,
        is_outside=flag.reason == Reason.DEAD_LINK,
    )


def _share(counts: Sequence[int]) -> str:
    helped, did_not = counts
    return _("%(helped)d of %(all)d helped") % {"helped": helped, "all": helped + did_not}
