from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: PostgreSQL alters no table whose rows were changed in the same transaction."""

    dependencies = [("listening", "0008_rejected_once")]

    operations = [
        migrations.AlterField(
            "rejectedpost",
            "digest",
            models.CharField(help_text="Of what came: the same again is counted.", max_length=64),
        ),
        migrations.AddConstraint(
            "rejectedpost",
            models.UniqueConstraint(fields=["source", "digest"], name="one_row_a_rejected_post"),
        ),
    ]
