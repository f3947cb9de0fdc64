"""Tags as one reader knows them: of what they may read alone, since a tag of a secret group tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Entry, Follow, Member, Tag
from oneroof.community.rules.tagging import names_in


@dataclass(frozen=True, slots=True)
class TagSeen:
    tag: Tag
    owners: Sequence[Member]
    synonyms: Sequence[str]
    is_signed_in: bool
    follows: bool
    may_keep: bool
    may_appoint: bool


def tag_called(reader: User | None, name: str) -> Tag:
    """Or the one that it is a synonym of. Raises Tag.DoesNotExist where the reader may read nothing of it."""
    found = Tag.objects.select_related("synonym_of").get(name=name)
    tag = found.synonym_of or found
    if not Entry.objects.visible_to(reader).filter(tagged__tag=tag).exists():
        raise Tag.DoesNotExist
    return tag


def tag_seen(reader: User | None, tag: Tag) -> TagSeen:
    owners = list(tag.owners.filter(user__is_active=True).order_by("name", "pk"))
    moderates = reader is not None and reader.may(Permission.MODERATE)
    return TagSeen(
        tag=tag,
        owners=owners,
        synonyms=list(tag.synonyms.order_by("name").values_list("name", flat=True)),
        is_signed_in=reader is not None,
        follows=reader is not None and Follow.objects.filter(member__user=reader, tag=tag).exists(),
        may_keep=moderates or (reader is not None and any(each.user_id == reader.pk for each in owners)),
        may_appoint=moderates,
    )


def may_retag(reader: User, question: Entry) -> bool:
    """Whoever may edit it, and who owns one of its tags."""
    if reader.may(Permission.MODERATE) or (question.author and question.author.user_id == reader.pk):
        return True
    return question.tags.filter(owners__user=reader).exists()


def with_main_names(text: str) -> str:
    """What is sought, with the names of the tags for which its words are synonyms."""
    synonyms = Tag.objects.filter(name__in=names_in(text), synonym_of__isnull=False)
    names = synonyms.values_list("synonym_of__name", flat=True).distinct()
    return " ".join([text, *(name.replace("-", " ") for name in names)])
