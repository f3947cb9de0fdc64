from django.db import migrations, models

from oneroof.core import clock


class Migration(migrations.Migration):
    dependencies = [("listening", "0009_rejected_once_only")]

    operations = [
        migrations.AddField(
            "sourcegap",
            "begins_at",
            models.DateTimeField(null=True, help_text="The newest moment that is missing."),
        ),
        migrations.AddField(
            "sourcegap",
            "reached_at",
            models.DateTimeField(null=True, help_text="How far back of that was read."),
        ),
        migrations.AddField("sourcegap", "heard", models.BigIntegerField(default=0)),
        migrations.AddField(
            "sourcegap",
            "turn_at",
            models.DateTimeField(default=clock.now, help_text="When a piece of it was last read."),
        ),
    ]
