from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("care", "0004_clocks_that_run")]

    operations = [
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                fields=["source", "-sent_at"],
                name="reply_sent",
                condition=Q(("by_hand", False), ("state", "sent")),
            ),
        ),
    ]
