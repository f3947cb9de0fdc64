"""The signs of life of what runs."""

from django.db import models


class Heartbeat(models.Model):
    """When a long-running part of the program last said that it goes on."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
