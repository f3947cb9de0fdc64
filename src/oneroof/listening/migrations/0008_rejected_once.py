from django.db import migrations, models

from oneroof.core import clock

JOIN_THEM = """
UPDATE listening_rejectedpost SET last_at = at,
    digest = encode(sha256(convert_to(CASE WHEN raw = '' THEN place ELSE raw END, 'UTF8')), 'hex');
WITH each AS (
    SELECT max(id) AS id, min(at) AS at, count(*) AS times
    FROM listening_rejectedpost GROUP BY source_id, digest
)
UPDATE listening_rejectedpost AS kept SET count = each.times, at = each.at FROM each WHERE kept.id = each.id;
DELETE FROM listening_rejectedpost AS older USING listening_rejectedpost AS kept
WHERE older.source_id = kept.source_id AND older.digest = kept.digest AND older.id < kept.id;
"""


class Migration(migrations.Migration):
    dependencies = [("listening", "0007_renewed_credentials")]

    operations = [
        migrations.AddField("rejectedpost", "digest", models.CharField(max_length=64, default="")),
        migrations.AddField("rejectedpost", "count", models.PositiveIntegerField(default=1)),
        migrations.AddField("rejectedpost", "last_at", models.DateTimeField(default=clock.now)),
        migrations.RunSQL(JOIN_THEM, migrations.RunSQL.noop),
    ]
