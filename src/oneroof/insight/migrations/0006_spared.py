import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0013_order_and_talks"),
        ("insight", "0005_slices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SparedCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("post_id", models.BigIntegerField(null=True)),
                ("said_at", models.DateTimeField()),
                (
                    "place",
                    models.BigIntegerField(help_text="By chance, always the same: the smallest are drawn."),
                ),
                (
                    "is_drawn",
                    models.BooleanField(
                        default=True, help_text="Whether it is in the sample now; what was judged is kept."
                    ),
                ),
                (
                    "looked_at",
                    models.DateTimeField(
                        null=True, help_text="When it was searched for what was known then."
                    ),
                ),
                ("is_spared", models.BooleanField(help_text="What a person says.", null=True)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="insight.contact",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="community.entry",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spared_cases",
                        to="insight.reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "sampled case",
                "indexes": [models.Index(fields=["reason", "place"], name="spared_by_reason")],
                "constraints": [
                    models.UniqueConstraint(fields=("post_id",), name="a_post_is_sampled_once"),
                    models.UniqueConstraint(fields=("contact",), name="a_contact_is_sampled_once"),
                    models.CheckConstraint(
                        condition=models.Q(("post_id", None), ("contact", None), _connector="XOR"),
                        name="a_case_is_one_thing",
                    ),
                ],
            },
        ),
    ]
