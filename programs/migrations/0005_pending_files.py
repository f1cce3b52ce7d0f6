"""Files are announced before they are kept, so that none is forgotten when a process is killed."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_steps_recorded_later")]

    operations = [
        migrations.CreateModel(
            "PendingFile",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=200)),
                ("since", models.DateTimeField(db_default=Now())),
            ],
        ),
    ]
