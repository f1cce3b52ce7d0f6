"""What must never change: the log of ratings, published instruments, and results of closed rounds."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION assessments_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen: % refused', TG_TABLE_NAME, TG_OP;
END $$;
CREATE TRIGGER ratingchange_append_only BEFORE UPDATE OR DELETE ON assessments_ratingchange
FOR EACH STATEMENT EXECUTE FUNCTION assessments_is_frozen();
CREATE TRIGGER instrument_frozen BEFORE UPDATE ON assessments_instrument FOR EACH ROW
WHEN (OLD.state <> 'draft' AND to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state' OR NEW.state < OLD.state)
EXECUTE FUNCTION assessments_is_frozen();
CREATE TRIGGER dimension_frozen BEFORE UPDATE ON assessments_instrumentdimension
FOR EACH ROW EXECUTE FUNCTION assessments_is_frozen();
CREATE TRIGGER item_frozen BEFORE UPDATE ON assessments_instrumentitem
FOR EACH ROW EXECUTE FUNCTION assessments_is_frozen();
CREATE TRIGGER result_frozen BEFORE UPDATE ON assessments_roundresult
FOR EACH ROW EXECUTE FUNCTION assessments_is_frozen();
"""
ALLOW = """
DROP TRIGGER result_frozen ON assessments_roundresult;
DROP TRIGGER item_frozen ON assessments_instrumentitem;
DROP TRIGGER dimension_frozen ON assessments_instrumentdimension;
DROP TRIGGER instrument_frozen ON assessments_instrument;
DROP TRIGGER ratingchange_append_only ON assessments_ratingchange;
DROP FUNCTION assessments_is_frozen();
"""


class Migration(migrations.Migration):
    """Adds the triggers. States of an instrument only go on: draft, published, superseded, as their names do."""

    dependencies = [("assessments", "0002_instruments_and_rounds")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
