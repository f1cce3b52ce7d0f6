"""Names sort as people look them up: capitals and accents do not part them, on any database."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("programs", "0005_pending_files")]

    operations = [
        migrations.RemoveIndex("listing", "listing_by_name"),
        migrations.AddField(
            "listing",
            "name_key",
            models.GeneratedField(
                db_persist=True,
                expression=Lower(
                    models.Func(
                        models.Func("name", template="normalize(%(expressions)s, NFD)"),
                        models.Value(r"[\u0300-\u036f]"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                    )
                ),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            "listing", models.Index(fields=["portfolio", "name_key", "id"], name="listing_by_name_key")
        ),
    ]
