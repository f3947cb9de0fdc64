"""What is searched: the entries in pieces of a few paragraphs, as words and as meaning."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HnswIndex, VectorField

from oneroof.text.embeddings import DIMENSIONS


class Passage(models.Model):
    """A piece of an entry. Its words are there at once; its meaning (``embedding``) follows in a job."""

    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="passages", db_index=False)
    ordinal = models.PositiveIntegerField()
    lang = models.CharField(max_length=12, null=True, help_text="ISO 639-1; NULL where unknown.")
    text = models.TextField()
    words = SearchVectorField(help_text="By its language's configuration, with the title of its page.")
    embedding = VectorField(dimensions=DIMENSIONS, null=True, help_text="NULL: not worked out yet.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "ordinal"], name="one_passage_an_ordinal")
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="passage_words"),
            HnswIndex(fields=["embedding"], name="passage_meaning", opclasses=["vector_cosine_ops"]),
            models.Index(
                fields=["id"], name="passage_not_embedded", condition=models.Q(embedding__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
