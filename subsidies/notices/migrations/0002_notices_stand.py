"""What the database itself holds: a notice stands as it was shown, lines only change their state, an objection is
answered once and by somebody who did not decide the claim."""

from django.db import migrations

# A trigger reads no settings: the zone stands here.
STANDS = """
CREATE FUNCTION notices_notice_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a notice is not removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- It may last longer, when a day that was counted turns out to be none; never shorter.
    IF (NEW.number, NEW.title, NEW.published_on, NEW.working_days, NEW.basis, NEW.basis_version_id,
            NEW.published_by_id, NEW.published_at)
        IS DISTINCT FROM (OLD.number, OLD.title, OLD.published_on, OLD.working_days, OLD.basis, OLD.basis_version_id,
            OLD.published_by_id, OLD.published_at)
            OR NEW.ends_on < OLD.ends_on OR (OLD.state = 'closed' AND NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'a notice stands as it was published'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'notice_stands';
    END IF;
    IF NEW.state = 'closed' AND (NEW.closed_at AT TIME ZONE 'Asia/Shanghai')::date <= NEW.ends_on THEN
        RAISE EXCEPTION 'a notice is not closed before its last day is over'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'notice_lasts_to_its_end';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_notice_stands BEFORE UPDATE OR DELETE ON notices_publicnotice
    FOR EACH ROW EXECUTE FUNCTION notices_notice_stands();

CREATE FUNCTION notices_line_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM notices_publicnotice WHERE id = NEW.notice_id AND state = 'closed') THEN
            RAISE EXCEPTION 'nothing is added to a closed notice' USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'notice_line_stands';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.notice_id, NEW.claim_id, NEW.serial, NEW.masked_name, NEW.masked_id_number,
            NEW.scheme_name, NEW.standard, NEW.amount_fen)
        IS DISTINCT FROM (OLD.notice_id, OLD.claim_id, OLD.serial, OLD.masked_name, OLD.masked_id_number,
            OLD.scheme_name, OLD.standard, OLD.amount_fen) THEN
        RAISE EXCEPTION 'a line of a notice stands as it was shown'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'notice_line_stands';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES ('shown', 'disputed'), ('shown', 'removed'),
            ('shown', 'passed'), ('disputed', 'removed')) THEN
        RAISE EXCEPTION 'a line does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'notice_line_goes_its_way';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_line_stands BEFORE INSERT OR UPDATE OR DELETE ON notices_noticeline
    FOR EACH ROW EXECUTE FUNCTION notices_line_stands();

CREATE FUNCTION notices_objection_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided record;
BEGIN
    -- Name and telephone are left out: they are encrypted anew when keys change.
    IF TG_OP = 'DELETE' OR (NEW.number, NEW.line_id, NEW.words, NEW.evidence, NEW.made_at, NEW.due_on)
            IS DISTINCT FROM (OLD.number, OLD.line_id, OLD.words, OLD.evidence, OLD.made_at, OLD.due_on)
            OR (OLD.state <> 'open' AND (NEW.state, NEW.answer, NEW.answered_by_id, NEW.answered_at)
                IS DISTINCT FROM (OLD.state, OLD.answer, OLD.answered_by_id, OLD.answered_at)) THEN
        RAISE EXCEPTION 'an objection stands as it was made, and so does its answer'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'objection_stands';
    END IF;
    IF NEW.answered_by_id IS NOT NULL AND OLD.answered_by_id IS NULL THEN
        SELECT c.intake_by_id, c.review_by_id, c.created_by_id, w.user_id INTO decided
            FROM notices_noticeline l JOIN claims_claim c ON c.id = l.claim_id JOIN workers_worker w ON w.id = c.worker_id
            WHERE l.id = NEW.line_id;
        IF NEW.answered_by_id IN (decided.intake_by_id, decided.review_by_id, decided.created_by_id, decided.user_id) THEN
            RAISE EXCEPTION 'whoever decided a claim does not answer the objection to it'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'objection_is_answered_by_another';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_objection_stands BEFORE UPDATE OR DELETE ON notices_objection
    FOR EACH ROW EXECUTE FUNCTION notices_objection_stands();
"""
UNDONE = """
DROP TRIGGER notices_objection_stands ON notices_objection;
DROP FUNCTION notices_objection_stands();
DROP TRIGGER notices_line_stands ON notices_noticeline;
DROP FUNCTION notices_line_stands();
DROP TRIGGER notices_notice_stands ON notices_publicnotice;
DROP FUNCTION notices_notice_stands();
"""


class Migration(migrations.Migration):

    dependencies = [("notices", "0001_notices_and_objections"), ("claims", "0002_claims_are_held")]

    operations = [migrations.RunSQL(sql=STANDS, reverse_sql=UNDONE)]
