"""Programs whose roles were counted before their listings repeated it."""

from django.db import migrations

FOLLOW = """
UPDATE programs_listing AS listing
SET has_partners = summary.partners > 0, has_complaints = summary.complaints > 0,
    agreement_ends_on = summary.next_end_on
FROM partners_rolesummary AS summary
WHERE summary.program_id = listing.program_id
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial"), ("programs", "0007_listing_of_roles")]

    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
