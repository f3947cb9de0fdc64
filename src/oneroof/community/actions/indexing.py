"""What is written becomes findable: its words at once, its meaning as fast as the machine can read."""

from collections.abc import Sequence

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Q, Value
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from oneroof.community.models import Entry, Kind, Passage
from oneroof.community.rules.passages import configuration_of, passages_of
from oneroof.text import embeddings
from oneroof.text.language import detect

SEARCHED = (Kind.QUESTION, Kind.ANSWER, Kind.ARTICLE, Kind.IDEA, Kind.ANNOUNCEMENT)
AT_ONCE = 32
A_TURN = 2_000
"""Passages that one job embeds, before other jobs have their turn."""


def index_page(entry_id: int) -> None:
    """Cut the entry into passages anew; of a page also its answers, whose words hold its title."""
    entries = Entry.objects.filter(Q(pk=entry_id) | Q(root=entry_id, kind=Kind.ANSWER), kind__in=SEARCHED)
    index_entries(list(entries.select_related("root").order_by("pk")))
    embed_soon()


@transaction.atomic
def index_entries(entries: Sequence[Entry]) -> int:
    """Their passages are these and no others; returns how many."""
    locked = Entry.objects.filter(pk__in=[entry.pk for entry in entries]).order_by("pk")
    list(locked.select_for_update(of=("self",)).values_list("pk"))
    Passage.objects.filter(entry__in=entries).delete()
    passages = [passage for entry in entries for passage in _passages(entry)]
    Passage.objects.bulk_create(passages, batch_size=1_000)
    return len(passages)


def _passages(entry: Entry) -> list[Passage]:
    lang = entry.lang or detect(f"{entry.title} {entry.body}")
    title = (entry.root or entry).title
    return [
        _passage(entry, lang, title, *numbered) for numbered in enumerate(passages_of(entry.body) or [""])
    ]


def _passage(entry: Entry, lang: str | None, title: str, ordinal: int, text: str) -> Passage:
    config = configuration_of(lang)
    words = SearchVector(Value(title), config=config, weight="A") + SearchVector(
        Value(text), config=config, weight="C"
    )
    return Passage(entry=entry, ordinal=ordinal, lang=lang, text=text, words=words)


def index_missing(most: int = A_TURN) -> int:
    """Entries that came without telling, as an import's do; returns how many there were."""
    missing = Entry.objects.filter(kind__in=SEARCHED, passages=None, deleted_at=None)
    entries = list(missing.select_related("root").order_by("pk")[:most])
    index_entries(entries)
    return len(entries)


def embed_soon() -> None:
    try:
        with transaction.atomic():
            embed.defer()
    except AlreadyEnqueued:
        pass


@app.task(name="oneroof.community.embed", queue="community", queueing_lock="community.embed")
def embed() -> None:
    """The meaning of some passages; goes on in a further job while there are more."""
    if not embeddings.is_available():
        return
    for _turn in range(A_TURN // AT_ONCE):
        if not embed_some():
            return
    embed_soon()


def embed_some() -> int:
    """One batch; returns its size."""
    missing = Passage.objects.filter(embedding=None).select_related("entry__root").order_by("-pk")
    passages = list(missing[:AT_ONCE])
    vectors = embeddings.embed_passages([_read(passage) for passage in passages])
    for passage, vector in zip(passages, vectors, strict=True):
        passage.embedding = vector
    Passage.objects.bulk_update(passages, ["embedding"])
    return len(passages)


def _read(passage: Passage) -> str:
    page = passage.entry.root or passage.entry
    return f"{page.title}\n{passage.text}"
