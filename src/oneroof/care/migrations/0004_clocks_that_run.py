from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("care", "0003_waits_from")]

    operations = [
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(F("opened_at"), name="care_by_opening"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                F("first_due_at"),
                condition=Q(("first_response_at", None), ("merged_into", None), ("resolved_at", None)),
                name="care_first_due",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                F("resolution_due_at"),
                condition=Q(
                    ("first_response_at__isnull", False), ("merged_into", None), ("resolved_at", None)
                ),
                name="care_resolution_due",
            ),
        ),
    ]
