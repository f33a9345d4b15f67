"""What was run over which claims is only added to. A finding is cleared, never removed or rewritten."""

from django.db import migrations

from foundation.database import append_only

FROZEN = """
CREATE FUNCTION checks_finding_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.run_id, NEW.claim_id, NEW.check_code, NEW.severity, NEW.basis, NEW.source, NEW.seen,
            NEW.digest)
        IS DISTINCT FROM (OLD.run_id, OLD.claim_id, OLD.check_code, OLD.severity, OLD.basis, OLD.source, OLD.seen,
            OLD.digest) THEN
        RAISE EXCEPTION 'a finding is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER checks_finding_is_frozen BEFORE UPDATE OR DELETE ON checks_finding
    FOR EACH ROW EXECUTE FUNCTION checks_finding_is_frozen();
"""
UNDONE = """
DROP TRIGGER checks_finding_is_frozen ON checks_finding;
DROP FUNCTION checks_finding_is_frozen();
"""


class Migration(migrations.Migration):

    dependencies = [("checks", "0001_runs_and_findings")]

    operations = [
        migrations.RunSQL(sql=FROZEN, reverse_sql=UNDONE),
        append_only("checks_checkrun"),
        append_only("checks_screened"),
    ]
