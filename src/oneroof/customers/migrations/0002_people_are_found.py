"""Names by the beginnings of their words, handles by their own."""

from django.db import migrations

INDEXES = """
CREATE INDEX customers_person_words ON customers_person USING gin (to_tsvector('simple', name));
CREATE INDEX customers_identity_handle ON customers_identity (handle_folded text_pattern_ops);
"""
DROPPED = "DROP INDEX customers_person_words; DROP INDEX customers_identity_handle"


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunSQL(INDEXES, DROPPED)]
