"""A post's page says how many others say nearly the same."""

from django.db import migrations

INDEX = """
CREATE INDEX listening_post_copies ON listening_post (first_copy_id) WHERE first_copy_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("listening", "0003_copies_and_need")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX listening_post_copies")]
