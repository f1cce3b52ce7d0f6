"""Organisations can be paged by name, capitals or not."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_two_step_and_email_change")]

    operations = [
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(Lower("name"), "id", name="organisation_by_name"),
        ),
    ]
