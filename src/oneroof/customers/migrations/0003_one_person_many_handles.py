"""Rows that are one human are joined by links, and each identity remembers whose it was first."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BORN = "UPDATE customers_identity SET born_id = person_id"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_people_are_found"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "identity",
            "born",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="own_identities",
                to="customers.person",
            ),
        ),
        migrations.RunSQL(BORN, migrations.RunSQL.noop),
    ]
