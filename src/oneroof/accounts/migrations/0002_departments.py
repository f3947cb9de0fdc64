"""The departments that every company has; it may add its own."""

from django.db import migrations

NAMES = ["Care", "Sales", "Marketing", "PR", "Legal", "Product", "Engineering", "Operations"]


def add_departments(apps, schema_editor):
    department = apps.get_model("accounts", "Department")
    department.objects.bulk_create(department(slug=name.lower(), name=name) for name in NAMES)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(add_departments, migrations.RunPython.noop)]
