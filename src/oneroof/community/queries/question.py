"""A question's page: a fixed number of queries, however much stands on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Entry, EntryQuerySet, Kind, Tag, Vote

ANSWERS_SHOWN = 40
COMMENTS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Said:
    """An entry as one reader sees it."""

    entry: Entry
    comments: Sequence["Said"]
    words: frozenset[str]
    is_mine: bool
    may_change: bool
    may_accept: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    question: Said
    answers: Sequence[Said]
    number: int
    is_followed: bool
    is_signed_in: bool
    may_moderate: bool
    tags: Sequence[str]
    may_retag: bool

    @property
    def is_gone(self) -> bool:
        return self.question.entry.deleted_at is not None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number * ANSWERS_SHOWN < self.question.entry.answers else None


def question_page(reader: User | None, question_id: int, number: int = 1) -> QuestionPage:
    """Accepted answers first, then by score. Raises Entry.DoesNotExist."""
    shown = Entry.objects.visible_to(reader)
    whole = shown.select_related("author", "group", "duplicate_of")
    question = whole.get(pk=question_id, kind=Kind.QUESTION)
    answers = [placed_on(question, each) for each in _answers(shown, question, number)]
    comments = comments_below(shown, question, [question.pk, *(each.pk for each in answers)])
    every = [question, *answers, *(each for below in comments.values() for each in below)]
    owned = Exists(Tag.owners.through.objects.filter(tag=OuterRef("pk"), member__user=reader))
    tags = question.tags.annotate(owned=owned).values_list("name", "owned")
    seen_by = Reader(reader, question, comments, words_of(reader, every))
    return QuestionPage(
        question=seen_by.said(question),
        answers=[seen_by.said(each) for each in answers],
        number=number,
        is_followed=bool(reader and question.follows.filter(member__user=reader).exists()),
        is_signed_in=reader is not None,
        may_moderate=seen_by.may_moderate,
        tags=[name for name, _owned in tags],
        may_retag=seen_by.may_moderate or (reader is not None and any(owned for _name, owned in tags)),
    )


class Reader:
    """Who looks at the page, and what they may do there."""

    def __init__(
        self,
        reader: User | None,
        question: Entry,
        comments: Mapping[int, Sequence[Entry]],
        words: Mapping[int, frozenset[str]],
    ) -> None:
        self.reader_id = reader.pk if reader else None
        self.may_moderate = bool(reader and reader.may(Permission.MODERATE))
        self.is_asker = self._is_of(question)
        self.comments, self.words = comments, words

    def said(self, entry: Entry) -> Said:
        is_mine = self._is_of(entry)
        return Said(
            entry=entry,
            comments=[self.said(each) for each in self.comments.get(entry.pk, ())],
            words=self.words.get(entry.pk, frozenset()),
            is_mine=is_mine,
            may_change=is_mine or self.may_moderate,
            may_accept=entry.kind == Kind.ANSWER and (self.is_asker or self.may_moderate),
        )

    def _is_of(self, entry: Entry) -> bool:
        return bool(self.reader_id and entry.author and entry.author.user_id == self.reader_id)


def _answers(shown: EntryQuerySet, question: Entry, number: int) -> EntryQuerySet:
    rows = shown.filter(root=question, kind=Kind.ANSWER).select_related("author")
    in_order = rows.order_by(F("accepted_at").asc(nulls_last=True), "-is_official", "-score", "pk")
    return in_order[(number - 1) * ANSWERS_SHOWN : number * ANSWERS_SHOWN]


def comments_below(shown: EntryQuerySet, question: Entry, parents: list[int]) -> dict[int, list[Entry]]:
    rows = shown.filter(root=question, kind=Kind.COMMENT, parent__in=parents).select_related("author")
    below: dict[int, list[Entry]] = defaultdict(list)
    for each in rows.order_by("pk")[:COMMENTS_SHOWN]:
        below[each.parent_id or question.pk].append(placed_on(question, each))
    return below


def placed_on(question: Entry, entry: Entry) -> Entry:
    """Its page and its group are the ones that we have read already."""
    entry.root, entry.group = question, question.group
    return entry


def words_of(reader: User | None, entries: Sequence[Entry]) -> dict[int, frozenset[str]]:
    """What this reader said of each, by the ids."""
    if reader is None:
        return {}
    words: dict[int, set[str]] = defaultdict(set)
    said = Vote.objects.filter(member__user=reader, entry__in=[each.pk for each in entries])
    for entry_id, what in said.values_list("entry_id", "what"):
        words[entry_id].add(what)
    return {entry_id: frozenset(each) for entry_id, each in words.items()}
