"""Which instalment a claim is for is fixed when it is sent, as what any other claim is for."""

from django.db import migrations

STAYS = """
CREATE FUNCTION claims_instalment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a claim is for is not changed after it was sent'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_is_frozen';
END $$;
CREATE TRIGGER claims_instalment_stays BEFORE UPDATE ON claims_claim FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND NEW.award_instalment_id IS DISTINCT FROM OLD.award_instalment_id)
    EXECUTE FUNCTION claims_instalment_stays();
"""
STAYS_NO_MORE = """
DROP TRIGGER claims_instalment_stays ON claims_claim;
DROP FUNCTION claims_instalment_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_claims_for_instalments")]

    operations = [migrations.RunSQL(sql=STAYS, reverse_sql=STAYS_NO_MORE)]
