"""What is done in recognition, in the audit's words."""

from django.utils.translation import gettext_noop as noop

DEEDS = {
    "contribution.taken_back": noop("took back its points"),
    "listing.changed": noop("changed it, as one of its people"),
    "listing.claimed": noop("said that they belong to it"),
    "listing.given": noop("let somebody look after it"),
    "listing.left": noop("looks after it no more"),
    "listing.refused": noop("let somebody look after it no more"),
    "listing.removed": noop("removed it"),
    "listing.written": noop("wrote it"),
    "mvp.announced": noop("announced it"),
    "mvp.award_ended": noop("let it end"),
    "mvp.chosen": noop("chose them"),
    "mvp.opened": noop("opened it"),
    "mvp.unchosen": noop("took the choice back"),
    "willingness.set": noop("said what they want to be asked"),
}
