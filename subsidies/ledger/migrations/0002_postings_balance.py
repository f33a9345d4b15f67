"""What the database itself holds: every statement that writes entries leaves each of its postings balanced, a posting
has entries, an account's balance is the sum of its entries, and nothing is ever changed or removed."""

from django.db import migrations

from foundation.database import append_only

BALANCED = """
CREATE FUNCTION ledger_entries_are_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added GROUP BY posting_id HAVING sum(amount_fen) <> 0) THEN
        RAISE EXCEPTION 'a posting does not balance'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_posting_balances';
    END IF;
    -- In the order of the key, so that two batches at one moment wait for each other instead of locking up.
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR UPDATE;
    UPDATE ledger_account SET balance_fen = balance_fen + moved.total
        FROM (SELECT account_id, sum(amount_fen) AS total FROM added GROUP BY account_id) AS moved
        WHERE ledger_account.id = moved.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_is_booked AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_are_booked();

CREATE FUNCTION ledger_posting_has_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_entry WHERE posting_id = NEW.id) THEN
        RAISE EXCEPTION 'a posting has no entries'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_posting_has_entries';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_posting_has_entries AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_has_entries();

-- Only the entries move a balance; an account begins at nothing and stays what it is for.
CREATE FUNCTION ledger_account_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance_fen <> 0 THEN
            RAISE EXCEPTION 'an account begins at nothing' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.fund, NEW.year, NEW.district_code, NEW.kind)
            IS DISTINCT FROM (OLD.fund, OLD.year, OLD.district_code, OLD.kind) THEN
        RAISE EXCEPTION 'an account is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.balance_fen <> OLD.balance_fen AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'only entries move a balance'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_balance_is_the_sum_of_entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_is_kept BEFORE INSERT OR UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_is_kept();
"""
UNDONE = """
DROP TRIGGER ledger_account_is_kept ON ledger_account;
DROP FUNCTION ledger_account_is_kept();
DROP TRIGGER ledger_posting_has_entries ON ledger_posting;
DROP FUNCTION ledger_posting_has_entries();
DROP TRIGGER ledger_entry_is_booked ON ledger_entry;
DROP FUNCTION ledger_entries_are_booked();
"""


class Migration(migrations.Migration):

    dependencies = [("ledger", "0001_double_entry")]

    operations = [
        migrations.RunSQL(sql=BALANCED, reverse_sql=UNDONE),
        append_only("ledger_posting"),
        append_only("ledger_entry"),
    ]
