"""A program can be deleted whole: what its own rows say of each other does not hold it back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]

    operations = [
        migrations.AlterField(
            "evidence",
            "replaces",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaced_by",
                to="programs.evidence",
            ),
        ),
        migrations.AlterField(
            "gatereview",
            "returned_to",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="programs.stepplan"
            ),
        ),
    ]
