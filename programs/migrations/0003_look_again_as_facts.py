"""Why a decision needs a look: facts instead of a sentence in the language of whoever caused it."""

from django.db import migrations, models

# What no pattern knows stays as the words it is.
TO_FACTS = r"""
ALTER TABLE programs_stepplan ALTER COLUMN look_again TYPE jsonb USING CASE
    WHEN look_again = '' THEN '{}'::jsonb
    WHEN look_again = 'an answer was lowered after the decision' THEN '{"code": "lowered"}'::jsonb
    WHEN look_again ~ ('^step \d+ was reopened on \d{1,2} (January|February|March|April|May|June|July|August|'
                       'September|October|November|December) \d{4}$')
    THEN jsonb_build_object(
        'code', 'reopened',
        'step', substring(look_again from '\d+')::int,
        'on', to_date(substring(look_again from ' on (.+)$'), 'DD Month YYYY')
    )
    ELSE to_jsonb(look_again)
END
"""
TO_WORDS = """
ALTER TABLE programs_stepplan ALTER COLUMN look_again TYPE varchar(200) USING CASE
    WHEN look_again = '{}' THEN ''
    WHEN jsonb_typeof(look_again) = 'string' THEN look_again #>> '{}'
    WHEN look_again ->> 'code' = 'reopened' THEN
        'step ' || (look_again ->> 'step') || ' was reopened on '
        || to_char((look_again ->> 'on')::date, 'FMDD FMMonth YYYY')
    ELSE 'an answer was lowered after the decision'
END
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0002_delete_whole_programs")]

    operations = [
        migrations.RunSQL(
            TO_FACTS,
            TO_WORDS,
            state_operations=[
                migrations.AlterField(
                    "stepplan",
                    "look_again",
                    models.JSONField(default=dict, help_text="Why its decision needs a look: see programs.look_again."),
                )
            ],
        )
    ]
