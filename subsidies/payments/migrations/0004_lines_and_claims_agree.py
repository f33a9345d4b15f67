"""What the database holds besides: a batch goes only the ways of the table, a line is of its claim's amount and fund,
the bank answers only what was sent, and at the end of a transaction a line and its claim say the same."""

from django.db import migrations

HELD = """
CREATE FUNCTION payments_batch_goes_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES
            ('built', 'signed'), ('signed', 'sent'), ('sent', 'settled'), ('built', 'cancelled'), ('signed', 'cancelled'))
    THEN
        RAISE EXCEPTION 'a batch does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_batch_goes_its_way';
    END IF;
    IF OLD.state IN ('sent', 'settled') AND (NEW.lines_count, NEW.total_fen, NEW.file_digest, NEW.signed_by_id,
            NEW.sent_by_id, NEW.sent_at) IS DISTINCT FROM (OLD.lines_count, OLD.total_fen, OLD.file_digest,
            OLD.signed_by_id, OLD.sent_by_id, OLD.sent_at) THEN
        RAISE EXCEPTION 'what went to the bank is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_batch_sent_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_batch_goes_its_way BEFORE UPDATE ON payments_paymentbatch
    FOR EACH ROW EXECUTE FUNCTION payments_batch_goes_its_way();

CREATE FUNCTION payments_line_is_of_its_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM claims_claim claim JOIN payments_paymentbatch batch ON batch.fund = claim.fund
            WHERE claim.id = NEW.claim_id AND batch.id = NEW.batch_id AND claim.amount_fen = NEW.amount_fen) THEN
        RAISE EXCEPTION 'a line has the amount and the fund of its claim'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_line_is_of_its_claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_line_is_of_its_claim BEFORE INSERT ON payments_paymentline
    FOR EACH ROW EXECUTE FUNCTION payments_line_is_of_its_claim();

CREATE FUNCTION payments_line_is_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    batch_state text;
BEGIN
    SELECT state INTO batch_state FROM payments_paymentbatch WHERE id = NEW.batch_id;
    IF NEW.state IN ('paid', 'failed') AND batch_state <> 'sent'
            OR NEW.state = 'removed' AND batch_state IN ('sent', 'settled') THEN
        RAISE EXCEPTION 'a line of a batch that is % does not become %', batch_state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_line_answers_what_was_sent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_line_is_answered BEFORE UPDATE OF state ON payments_paymentline
    FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION payments_line_is_answered();

-- Looked at when the transaction ends, for lines that the bank answered or is to answer.
CREATE FUNCTION payments_line_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT line.state AS line, batch.state AS batch, claim.state AS claim INTO found
        FROM payments_paymentline line JOIN payments_paymentbatch batch ON batch.id = line.batch_id
        JOIN claims_claim claim ON claim.id = line.claim_id WHERE line.id = NEW.id;
    IF found.line = 'paid' AND found.claim <> 'paid'
            OR found.line = 'waiting' AND found.batch IN ('built', 'signed') AND found.claim <> 'in_batch'
            OR found.line = 'waiting' AND found.batch = 'sent' AND found.claim <> 'sent'
            OR found.line = 'waiting' AND found.batch IN ('settled', 'cancelled') THEN
        RAISE EXCEPTION 'a line is %, its batch %, its claim %', found.line, found.batch, found.claim
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_line_and_claim_agree';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_line_agrees AFTER INSERT OR UPDATE OF state ON payments_paymentline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_line_agrees();

-- A batch is settled when no line waits, and a file that was booked stays as it was.
CREATE FUNCTION payments_batch_is_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM payments_paymentline WHERE batch_id = NEW.id AND state = 'waiting') THEN
        RAISE EXCEPTION 'a line still waits'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_batch_settled_waits_for_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_batch_is_answered AFTER UPDATE OF state ON payments_paymentbatch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state IN ('settled', 'cancelled'))
    EXECUTE FUNCTION payments_batch_is_answered();
CREATE FUNCTION payments_return_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'read' THEN
        RAISE EXCEPTION 'a file that was booked is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'bank_return_read_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_return_is_kept BEFORE UPDATE OR DELETE ON payments_bankreturn
    FOR EACH ROW EXECUTE FUNCTION payments_return_is_kept();
"""
UNDONE = """
DROP TRIGGER payments_return_is_kept ON payments_bankreturn;
DROP FUNCTION payments_return_is_kept();
DROP TRIGGER payments_batch_is_answered ON payments_paymentbatch;
DROP FUNCTION payments_batch_is_answered();
DROP TRIGGER payments_line_agrees ON payments_paymentline;
DROP FUNCTION payments_line_agrees();
DROP TRIGGER payments_line_is_answered ON payments_paymentline;
DROP FUNCTION payments_line_is_answered();
DROP TRIGGER payments_line_is_of_its_claim ON payments_paymentline;
DROP FUNCTION payments_line_is_of_its_claim();
DROP TRIGGER payments_batch_goes_its_way ON payments_paymentbatch;
DROP FUNCTION payments_batch_goes_its_way();
"""

# Names and numbers stay as they went to the bank, but a new encryption key must be able to write them again.
STAYS = """
CREATE FUNCTION payments_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('foundation.rotating_keys', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the name and account of a payment are not changed'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_line_is_as_it_was_sent';
END $$;
CREATE TRIGGER payments_line_stays BEFORE UPDATE ON payments_paymentline FOR EACH ROW
    WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.account IS DISTINCT FROM OLD.account)
    EXECUTE FUNCTION payments_line_stays();
"""
STAYS_NO_MORE = """
DROP TRIGGER payments_line_stays ON payments_paymentline;
DROP FUNCTION payments_line_stays();
"""


class Migration(migrations.Migration):

    dependencies = [("payments", "0003_jobs")]

    operations = [
        migrations.RunSQL(sql=HELD, reverse_sql=UNDONE),
        migrations.RunSQL(sql=STAYS, reverse_sql=STAYS_NO_MORE),
    ]
