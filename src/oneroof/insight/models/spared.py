"""Contacts and posts drawn by chance, of which people say whether a known answer would have spared them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SparedCase(models.Model):
    """One contact or post of a reason's sample. ``page`` is what was known when it was said, as search has it."""

    reason = models.ForeignKey("insight.Reason", models.CASCADE, related_name="spared_cases")
    post_id = models.BigIntegerField(null=True)
    contact = models.ForeignKey("insight.Contact", models.CASCADE, null=True, related_name="+")
    said_at = models.DateTimeField()
    place = models.BigIntegerField(help_text="By chance, always the same: the smallest are drawn.")
    is_drawn = models.BooleanField(
        default=True, help_text="Whether it is in the sample now; what was judged is kept."
    )
    looked_at = models.DateTimeField(null=True, help_text="When it was searched for what was known then.")
    page = models.ForeignKey("community.Entry", models.SET_NULL, null=True, related_name="+")
    is_spared = models.BooleanField(null=True, help_text="What a person says.")
    judged_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sampled case")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post_id"], name="a_post_is_sampled_once"),
            models.UniqueConstraint(fields=["contact"], name="a_contact_is_sampled_once"),
            models.CheckConstraint(
                condition=models.Q(post_id=None) ^ models.Q(contact=None), name="a_case_is_one_thing"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["reason", "place"], name="spared_by_reason")]

    def __str__(self) -> str:
        return f"post {self.post_id}" if self.post_id else f"contact {self.contact_id}"
