"""What the database itself holds: what a claim is for is fixed when it is sent, its money lies where its state says,
nobody decides her own claim, and what happened to it is only added to."""

from django.db import migrations

from foundation.database import append_only

HELD = """
CREATE FUNCTION claims_claim_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claimant bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'draft' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a claim that was sent is not removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state <> 'draft' AND (NEW.number, NEW.scheme_id, NEW.worker_id, NEW.payee,
            NEW.school_id, NEW.class_claim_id, NEW.training_certificate_id, NEW.level_certificate_id,
            NEW.prior_certificate_id, NEW.enrolment_id, NEW.lane, NEW.family, NEW.fund, NEW.occupation_code,
            NEW.work_type_name, NEW.level, NEW.certificate_number, NEW.issued_on, NEW.channel, NEW.created_by_id,
            NEW.created_at, NEW.submitted_on)
        IS DISTINCT FROM (OLD.number, OLD.scheme_id, OLD.worker_id, OLD.payee,
            OLD.school_id, OLD.class_claim_id, OLD.training_certificate_id, OLD.level_certificate_id,
            OLD.prior_certificate_id, OLD.enrolment_id, OLD.lane, OLD.family, OLD.fund, OLD.occupation_code,
            OLD.work_type_name, OLD.level, OLD.certificate_number, OLD.issued_on, OLD.channel, OLD.created_by_id,
            OLD.created_at, OLD.submitted_on) THEN
        RAISE EXCEPTION 'what a claim is for is not changed after it was sent'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_is_frozen';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.amount_fen <> OLD.amount_fen
            AND OLD.state NOT IN ('draft', 'submitted', 'intake_passed', 'returned') THEN
        RAISE EXCEPTION 'an amount that was approved is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_amount_is_frozen';
    END IF;
    IF NEW.intake_by_id IS NOT NULL OR NEW.review_by_id IS NOT NULL THEN
        SELECT user_id INTO claimant FROM workers_worker WHERE id = NEW.worker_id;
        IF claimant IN (NEW.intake_by_id, NEW.review_by_id) THEN
            RAISE EXCEPTION 'nobody decides her own claim'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_is_not_decided_by_the_claimant';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claims_claim_is_held BEFORE UPDATE OR DELETE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_is_held();

-- Looked at when the transaction ends: whoever moves a claim books its money in the same transaction, or nothing happens.
CREATE FUNCTION claims_money_lies_where(of_claim bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    place text;
    lying record;
BEGIN
    SELECT state, amount_fen INTO claim FROM claims_claim WHERE id = of_claim;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an entry names a claim that is not there'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entry_names_a_claim';
    END IF;
    place := CASE
        WHEN claim.state IN ('reviewed', 'published', 'disputed', 'approved', 'in_batch', 'payment_failed')
            THEN 'committed'
        WHEN claim.state = 'sent' THEN 'in_transit'
        WHEN claim.state = 'paid' THEN 'paid'
    END;
    SELECT coalesce(sum(e.amount_fen) FILTER (WHERE a.kind = 'committed'), 0) AS committed,
           coalesce(sum(e.amount_fen) FILTER (WHERE a.kind = 'in_transit'), 0) AS in_transit,
           coalesce(sum(e.amount_fen) FILTER (WHERE a.kind = 'paid'), 0) AS paid
        INTO lying
        FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.claim_ref = of_claim;
    IF lying.committed <> (CASE WHEN place = 'committed' THEN claim.amount_fen ELSE 0 END)
            OR lying.in_transit <> (CASE WHEN place = 'in_transit' THEN claim.amount_fen ELSE 0 END)
            OR lying.paid <> (CASE WHEN place = 'paid' THEN claim.amount_fen ELSE 0 END) THEN
        RAISE EXCEPTION 'claim % is % but its money lies elsewhere', of_claim, claim.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_money_lies_where_its_state_says';
    END IF;
END $$;
CREATE FUNCTION claims_claim_is_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM claims_money_lies_where(NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER claims_claim_is_booked AFTER INSERT OR UPDATE OF state, amount_fen ON claims_claim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state NOT IN ('draft', 'submitted')) EXECUTE FUNCTION claims_claim_is_booked();
CREATE FUNCTION claims_entry_is_backed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM claims_money_lies_where(NEW.claim_ref);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER claims_entry_is_backed AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.claim_ref IS NOT NULL) EXECUTE FUNCTION claims_entry_is_backed();

CREATE SEQUENCE claims_claim_serial;
"""
UNDONE = """
DROP SEQUENCE claims_claim_serial;
DROP TRIGGER claims_entry_is_backed ON ledger_entry;
DROP FUNCTION claims_entry_is_backed();
DROP TRIGGER claims_claim_is_booked ON claims_claim;
DROP FUNCTION claims_claim_is_booked();
DROP FUNCTION claims_money_lies_where(bigint);
DROP TRIGGER claims_claim_is_held ON claims_claim;
DROP FUNCTION claims_claim_is_held();
"""


class Migration(migrations.Migration):

    dependencies = [("claims", "0001_claims_and_decisions"), ("ledger", "0002_postings_balance")]

    operations = [
        migrations.RunSQL(sql=HELD, reverse_sql=UNDONE),
        append_only("claims_claimevent"),
        append_only("claims_claimdecision"),
    ]
