"""The history is append-only: the database itself refuses to change or delete a line."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION journal_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'journal_change is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER journal_change_append_only BEFORE UPDATE OR DELETE ON journal_change
FOR EACH STATEMENT EXECUTE FUNCTION journal_change_is_append_only();
"""
ALLOW = """
DROP TRIGGER journal_change_append_only ON journal_change;
DROP FUNCTION journal_change_is_append_only();
"""


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
