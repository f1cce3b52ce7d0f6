"""Which steps passed before the program came here: known on the step, because that decides what it takes."""

from django.db import migrations, models

FROM_DECISIONS = """
UPDATE programs_stepplan plan SET is_recorded_later = true
FROM (
    SELECT DISTINCT ON (plan_id) plan_id, is_recorded_later
    FROM programs_gatereview WHERE outcome <> '' ORDER BY plan_id, id DESC
) latest
WHERE latest.plan_id = plan.id AND latest.is_recorded_later
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_look_again_as_facts")]

    operations = [
        migrations.AddField(
            "stepplan",
            "is_recorded_later",
            models.BooleanField(db_default=False, default=False, help_text="It passed before it came here."),
        ),
        migrations.RunSQL(FROM_DECISIONS, migrations.RunSQL.noop),
    ]
