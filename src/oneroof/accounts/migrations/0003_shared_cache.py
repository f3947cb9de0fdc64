"""The table of Django's database cache, which counts attempts to sign in for all processes."""

from django.db import migrations

TABLE = """
CREATE TABLE oneroof_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX oneroof_cache_expires ON oneroof_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_departments")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE oneroof_cache")]
