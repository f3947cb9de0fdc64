"""What the community tells people of."""

from django.utils.translation import gettext_lazy as _

from oneroof.accounts.policies import Permission
from oneroof.notify.kinds import Kind, Way, register_kinds


def register_notices() -> None:
    part = Permission.TAKE_PART
    register_kinds(
        Kind(
            "community_followed", _("Something new where I follow in the community"), "bell", Way.EMAIL, part
        ),
        Kind("community_tag", _("Questions with a tag that I own"), "tag", Way.EMAIL, part),
        Kind("community_article", _("What became of an article that I wrote"), "book-open", Way.DESK, part),
        Kind("community_stale", _("An article that I keep may be wrong"), "triangle-alert", Way.EMAIL, part),
        Kind("community_idea", _("What becomes of an idea that I want"), "sparkles", Way.EMAIL, part),
        Kind("community_news", _("News of the company that concern me"), "megaphone", Way.EMAIL, part),
        Kind(
            "community_warning",
            _("Known problems and recalls of what I own"),
            "triangle-alert",
            Way.EMAIL,
            part,
        ),
        Kind("community_review", _("An article waits for review"), "eye", Way.DESK, Permission.MODERATE),
        Kind("community_mentioned", _("Somebody mentions me"), "at-sign", Way.EMAIL, part),
        Kind(
            "community_letter",
            _("What I answered by mail could not be taken"),
            "triangle-alert",
            Way.EMAIL,
            part,
        ),
        Kind("community_accepted", _("My answer solved somebody’s question"), "circle-check", Way.DESK, part),
        Kind("community_decided", _("What moderators decided of what I wrote"), "shield", Way.EMAIL, part),
        Kind("community_message", _("Somebody wrote to me"), "mail", Way.EMAIL, part),
        Kind(
            "community_counsel", _("My word is asked for on a thread"), "shield", Way.EMAIL, Permission.HEAR
        ),
        Kind("community_group", _("Who asks into my groups, and who let me in"), "users", Way.EMAIL, part),
    )
