"""From the review on a claim is paid to the account that was seen: it changes only after the bank sent the money back."""

from django.db import migrations

# The account itself may be written anew, under newer keys.
STAYS = """
CREATE FUNCTION claims_account_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('foundation.rotating_keys', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the account of a claim that is % is not changed', OLD.state
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_account_is_frozen';
END $$;
CREATE TRIGGER claims_account_stays BEFORE UPDATE ON claims_claim FOR EACH ROW
    WHEN ((NEW.account, NEW.account_index) IS DISTINCT FROM (OLD.account, OLD.account_index)
        AND OLD.state IN ('reviewed', 'published', 'disputed', 'approved', 'in_batch', 'sent', 'paid'))
    EXECUTE FUNCTION claims_account_stays();
"""
STAYS_NO_MORE = """
DROP TRIGGER claims_account_stays ON claims_claim;
DROP FUNCTION claims_account_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_indexes_of_the_desk")]

    operations = [migrations.RunSQL(sql=STAYS, reverse_sql=STAYS_NO_MORE)]
