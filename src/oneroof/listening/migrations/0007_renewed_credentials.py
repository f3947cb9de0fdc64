from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listening", "0006_threads_followed_and_accounts_connected")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="renewed",
            field=models.BinaryField(
                help_text="Encrypted: what the network gave in exchange for secrets since.", null=True
            ),
        ),
    ]
