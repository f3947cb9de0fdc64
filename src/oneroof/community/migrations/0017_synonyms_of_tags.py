import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0016_disclaimers_of_translations"),
    ]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="synonym_of",
            field=models.ForeignKey(
                blank=True,
                help_text="Whatever is tagged with it gets that one.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="synonyms",
                to="community.tag",
            ),
        ),
        migrations.AddField(
            model_name="tagged",
            name="came_as",
            field=models.ForeignKey(
                db_index=False,
                help_text="The synonym that it was tagged with, and is again where that stands for itself again.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="community.tag",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="tags",
            field=models.ManyToManyField(
                related_name="entries",
                through="community.Tagged",
                through_fields=("entry", "tag"),
                to="community.tag",
            ),
        ),
        migrations.AddIndex(
            model_name="tagged",
            index=models.Index(
                condition=models.Q(("came_as__isnull", False)), fields=["came_as"], name="tagged_by_synonym"
            ),
        ),
    ]
