"""Whom an announcement concerns: owners as the company's books have them, followers, or every member."""

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Announcement, Audience, Entry, Follow
from oneroof.customers.models import Customer, Person


def addressed(announcement: Announcement) -> QuerySet[User]:
    """Its author is not told of what they wrote."""
    everybody: QuerySet[User] = User.objects.who_may(Permission.TAKE_PART).confirmed()
    people = everybody.exclude(community_member=announcement.entry.author_id)
    if announcement.audience == Audience.MEMBERS:
        return people
    if announcement.audience == Audience.OWNERS:
        return people.filter(_is_owner(announcement.entry))
    return people.filter(community_member__in=_followers(announcement.entry).values("member"))


def _followers(entry: Entry) -> QuerySet[Follow]:
    wanted = Q(group=entry.group) | follows_tags_of(entry) | Q(whom=entry.author)
    return Follow.objects.filter(wanted)


def follows_tags_of(entry: Entry) -> Q:
    """Also by their synonyms."""
    tags = entry.tags.all()
    return Q(tag__in=tags) | Q(tag__synonym_of__in=tags)


def owners(entry: Entry) -> QuerySet[Customer]:
    """Who bought the product, in that version where it names one."""
    bought = Q(purchases__product__iexact=entry.product)
    if entry.version:
        bought &= Q(purchases__version__iexact=entry.version)
    return Customer.objects.filter(bought).distinct()


def _is_owner(entry: Entry) -> Q:
    """By the member's person, whichever of its rows bought it, or by the address of the account."""
    known = owners(entry)
    whole = known.annotate(whole=Coalesce(F("person__merged_into"), F("person"))).values("whole")
    persons = Person.objects.filter(Q(pk__in=whole) | Q(merged_into__in=whole))
    addresses = known.exclude(email="").annotate(folded=Lower("email")).values("folded")
    return Q(community_member__person__in=persons) | Q(email__in=addresses)


def unreached_owners(announcement: Announcement) -> int:
    """Owners for whom no account here is known."""
    if announcement.audience != Audience.OWNERS:
        return 0
    return max(owners(announcement.entry).count() - addressed(announcement).count(), 0)
