"""Posts by month. The months' own partitions are made by the pipeline as posts of a month are first heard."""

from django.db import migrations

PARTITIONED = """
CREATE TABLE listening_post_by_month (LIKE listening_post INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (said_at);
DROP TABLE listening_post;
ALTER TABLE listening_post_by_month RENAME TO listening_post;
ALTER TABLE listening_post ADD CONSTRAINT listening_post_pkey PRIMARY KEY (said_at, id);
CREATE INDEX listening_post_id ON listening_post (id);
CREATE INDEX listening_post_words ON listening_post USING gin (words);
CREATE INDEX listening_post_source ON listening_post (source_id, said_at);
CREATE INDEX listening_post_identity ON listening_post (identity_id, said_at);
CREATE INDEX listening_post_author ON listening_post (author_handle_folded text_pattern_ops, said_at);
CREATE TABLE listening_post_other PARTITION OF listening_post DEFAULT;
"""

WATCH_VERSION = "CREATE SEQUENCE listening_watch_version"


class Migration(migrations.Migration):
    dependencies = [("listening", "0001_initial")]

    operations = [
        migrations.RunSQL(PARTITIONED, migrations.RunSQL.noop),
        migrations.RunSQL(WATCH_VERSION, "DROP SEQUENCE listening_watch_version"),
    ]
