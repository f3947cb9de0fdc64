"""Numbers that only rise, and service policies to begin with; a lead changes them in Settings."""

from django.db import migrations

SEQUENCES = ("care_conversation_changed", "care_claim_token")

# priority, minutes to the first response, minutes to the resolution; day and night until hours are given
POLICIES = (("urgent", 60, 480), ("high", 240, 1440), ("normal", 480, 2880), ("low", 1440, 5760))


def add_policies(apps, schema_editor):
    ServicePolicy = apps.get_model("care", "ServicePolicy")
    ServicePolicy.objects.bulk_create(
        ServicePolicy(priority=priority, first_response_minutes=first, resolution_minutes=resolution)
        for priority, first, resolution in POLICIES
    )


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial")]

    operations = [
        *(migrations.RunSQL(f"CREATE SEQUENCE {name}", f"DROP SEQUENCE {name}") for name in SEQUENCES),
        migrations.RunPython(add_policies, migrations.RunPython.noop),
    ]
