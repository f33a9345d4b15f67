"""What the database itself holds: what was promised when a filing was accepted, and what happened, is not changed."""

from django.db import migrations

from foundation.database import append_only

HELD = """
CREATE FUNCTION awards_filing_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.filed_on IS NULL THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a filing that was sent is not removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('accepted', 'ended') AND (NEW.number, NEW.scheme_id, NEW.employer_id, NEW.worker_id, NEW.kind,
            NEW.grade, NEW.level_certificate_id, NEW.prior_certificate_id, NEW.education_id, NEW.started_on,
            NEW.filed_by_id, NEW.filed_on, NEW.decided_by_id, NEW.decided_on, NEW.total_fen, NEW.parts,
            NEW.months_between, NEW.is_highest_only, NEW.promise)
        IS DISTINCT FROM (OLD.number, OLD.scheme_id, OLD.employer_id, OLD.worker_id, OLD.kind,
            OLD.grade, OLD.level_certificate_id, OLD.prior_certificate_id, OLD.education_id, OLD.started_on,
            OLD.filed_by_id, OLD.filed_on, OLD.decided_by_id, OLD.decided_on, OLD.total_fen, OLD.parts,
            OLD.months_between, OLD.is_highest_only, OLD.promise) THEN
        RAISE EXCEPTION 'what was promised is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'award_filing_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER awards_filing_is_held BEFORE UPDATE OR DELETE ON awards_awardfiling
    FOR EACH ROW EXECUTE FUNCTION awards_filing_is_held();
CREATE FUNCTION awards_part_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a part that was promised is not removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'paid' AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN
        RAISE EXCEPTION 'a part that was paid is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'award_part_paid_is_frozen';
    END IF;
    IF (NEW.filing_id, NEW.number, NEW.planned_fen) IS DISTINCT FROM (OLD.filing_id, OLD.number, OLD.planned_fen) THEN
        RAISE EXCEPTION 'what was promised is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'award_part_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER awards_part_is_held BEFORE UPDATE OR DELETE ON awards_awardinstalment
    FOR EACH ROW EXECUTE FUNCTION awards_part_is_held();

CREATE SEQUENCE awards_filing_serial;
"""
UNDONE = """
DROP SEQUENCE awards_filing_serial;
DROP TRIGGER awards_part_is_held ON awards_awardinstalment;
DROP FUNCTION awards_part_is_held();
DROP TRIGGER awards_filing_is_held ON awards_awardfiling;
DROP FUNCTION awards_filing_is_held();
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_filings_and_instalments")]

    operations = [
        migrations.RunSQL(sql=HELD, reverse_sql=UNDONE),
        append_only("awards_awardevent"),
        append_only("awards_employermandateevent"),
    ]
