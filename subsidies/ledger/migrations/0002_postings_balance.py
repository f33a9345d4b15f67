"""What the database itself holds: every statement that writes entries leaves each of its postings balanced within each
budget and claim, a posting has entries, is written at once and goes the way of its kind, an account's balance is the
sum of its entries, and nothing is ever changed or removed."""

from django.db import migrations

from foundation.database import append_only

BALANCED = """
-- From which account to which a kind of posting takes money: what states.ROUTES says.
CREATE FUNCTION ledger_way_is_right(posting_kind text, account_kind text, is_into boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
    SELECT (posting_kind, account_kind, is_into) IN (VALUES
        ('allocate', 'source', false), ('allocate', 'available', true),
        ('withdraw', 'available', false), ('withdraw', 'source', true),
        ('commit', 'available', false), ('commit', 'committed', true),
        ('release', 'committed', false), ('release', 'available', true),
        ('send', 'committed', false), ('send', 'in_transit', true),
        ('settle', 'in_transit', false), ('settle', 'paid', true),
        ('bounce', 'in_transit', false), ('bounce', 'committed', true))
$$;
CREATE FUNCTION ledger_entries_are_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- For each budget and claim by itself: money of a district is never balanced by that of another.
    IF EXISTS (SELECT 1 FROM added e JOIN ledger_account a ON a.id = e.account_id
            GROUP BY e.posting_id, a.fund, a.year, a.district_code, e.claim_ref HAVING sum(e.amount_fen) <> 0) THEN
        RAISE EXCEPTION 'a posting does not balance'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_posting_balances';
    END IF;
    IF (SELECT count(*) FROM ledger_entry WHERE posting_id IN (SELECT posting_id FROM added))
            <> (SELECT count(*) FROM added) THEN
        RAISE EXCEPTION 'a posting is written at once and never added to'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_posting_is_written_at_once';
    END IF;
    IF EXISTS (SELECT 1 FROM added e JOIN ledger_account a ON a.id = e.account_id
            JOIN ledger_posting p ON p.id = e.posting_id
            WHERE NOT ledger_way_is_right(p.kind, a.kind, e.amount_fen > 0)
            OR (e.claim_ref IS NULL) <> (p.kind IN ('allocate', 'withdraw'))) THEN
        RAISE EXCEPTION 'money does not go that way'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_money_goes_its_way';
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
DROP FUNCTION ledger_way_is_right(text, text, boolean);
"""


class Migration(migrations.Migration):

    dependencies = [("ledger", "0001_double_entry")]

    operations = [
        migrations.RunSQL(sql=BALANCED, reverse_sql=UNDONE),
        append_only("ledger_posting"),
        append_only("ledger_entry"),
    ]
