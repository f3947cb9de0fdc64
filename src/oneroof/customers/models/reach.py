"""How somebody likes to be reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.customers.models.people import Person


class Teller(models.TextChoices):
    """Who said it: the person's own word counts most, whenever it was said."""

    PERSON = "person", _("They said so themselves")
    COLLEAGUE = "colleague", _("A colleague noted it")
    BOOKS = "books", _("The company’s books say so")


class Reach(models.Model):
    """The channel and language that a row's human wants; empty where nothing was said of it."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="reach")
    channel = models.CharField(max_length=40, blank=True, help_text="A network, “phone”, or “letter”.")
    language = models.CharField(max_length=12, blank=True)
    told_by = models.CharField(max_length=9, choices=Teller)
    told_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.channel} {self.language}".strip()
