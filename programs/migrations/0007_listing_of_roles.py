"""The portfolio's table of partners filters, sorts and pages by index, as its table of programs does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_listing_name_key")]

    operations = [
        migrations.AddField(
            "listing",
            "agreement_ends_on",
            models.DateField(help_text="The first of the agreements in force to end.", null=True),
        ),
        migrations.AddField(
            "listing",
            "has_complaints",
            models.BooleanField(db_default=False, default=False, help_text="Open ones about who does what."),
        ),
        migrations.AddField("listing", "has_partners", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "listing", models.Index(fields=["portfolio", "agreement_ends_on", "id"], name="listing_by_agreement_ends_on")
        ),
        migrations.AddIndex(
            "listing",
            models.Index(
                condition=models.Q(("has_partners", True)),
                fields=["portfolio", "name_key", "id"],
                name="listing_that_has_partners",
            ),
        ),
        migrations.AddIndex(
            "listing",
            models.Index(
                condition=models.Q(("has_complaints", True)),
                fields=["portfolio", "name_key", "id"],
                name="listing_that_has_complaints",
            ),
        ),
    ]
