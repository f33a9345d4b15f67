"""What the database itself holds: whoever signs a batch has neither passed nor reviewed any claim of it, a line says
what went to the bank, and what happened is only added to."""

from django.db import migrations

from foundation.database import append_only

HELD = """
CREATE FUNCTION payments_batch_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.number, NEW.fund, NEW.built_by_id, NEW.built_at)
            IS DISTINCT FROM (OLD.number, OLD.fund, OLD.built_by_id, OLD.built_at)) THEN
        RAISE EXCEPTION 'a batch is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state IN ('signed', 'sent', 'settled') AND OLD.state = 'built' AND EXISTS (
            SELECT 1 FROM payments_paymentline line JOIN claims_claim claim ON claim.id = line.claim_id
            JOIN workers_worker worker ON worker.id = claim.worker_id
            WHERE line.batch_id = NEW.id AND line.state = 'waiting'
              AND (NEW.signed_by_id IN (claim.intake_by_id, claim.review_by_id, claim.created_by_id, worker.user_id)
                OR EXISTS (SELECT 1 FROM claims_claimevent event WHERE event.claim_id = claim.id
                    AND event.actor_id = NEW.signed_by_id AND event.action IN ('bounce', 'repair')))) THEN
        RAISE EXCEPTION 'who signs a batch has decided no claim of it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_batch_is_signed_by_a_third_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_batch_is_held BEFORE UPDATE OR DELETE ON payments_paymentbatch
    FOR EACH ROW EXECUTE FUNCTION payments_batch_is_held();

CREATE FUNCTION payments_line_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    batch_state text;
BEGIN
    IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR (NEW.batch_id, NEW.serial, NEW.claim_id, NEW.amount_fen)
            IS DISTINCT FROM (OLD.batch_id, OLD.serial, OLD.claim_id, OLD.amount_fen)) THEN
        RAISE EXCEPTION 'a payment line is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT state INTO batch_state FROM payments_paymentbatch WHERE id = NEW.batch_id FOR SHARE;
        IF batch_state <> 'built' THEN
            RAISE EXCEPTION 'nothing is added to a batch that was signed'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_batch_is_closed';
        END IF;
    ELSIF OLD.state IN ('paid', 'failed', 'removed') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'what the bank answered is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_line_is_held BEFORE INSERT OR UPDATE OR DELETE ON payments_paymentline
    FOR EACH ROW EXECUTE FUNCTION payments_line_is_held();
"""
UNDONE = """
DROP TRIGGER payments_line_is_held ON payments_paymentline;
DROP FUNCTION payments_line_is_held();
DROP TRIGGER payments_batch_is_held ON payments_paymentbatch;
DROP FUNCTION payments_batch_is_held();
"""


class Migration(migrations.Migration):

    dependencies = [("payments", "0001_batches_and_returns"), ("claims", "0002_claims_are_held")]

    operations = [
        migrations.RunSQL(sql=HELD, reverse_sql=UNDONE),
        append_only("payments_paymentbatchevent"),
    ]
