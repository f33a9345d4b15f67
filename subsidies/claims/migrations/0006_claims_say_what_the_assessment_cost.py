"""A subsidy that is a share of the fee: what the assessment cost is said when it is claimed, and seen by two officers."""

from django.db import migrations, models

STAYS = """
CREATE FUNCTION claims_fee_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the fee of a claim that is % is not changed', OLD.state
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_fee_is_frozen';
END $$;
CREATE TRIGGER claims_fee_stays BEFORE UPDATE ON claims_claim FOR EACH ROW
    WHEN (NEW.fee_fen IS DISTINCT FROM OLD.fee_fen AND OLD.state NOT IN ('draft', 'returned'))
    EXECUTE FUNCTION claims_fee_stays();
"""
STAYS_NO_MORE = """
DROP TRIGGER claims_fee_stays ON claims_claim;
DROP FUNCTION claims_fee_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_the_account_stays_while_money_is_committed")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="fee_fen",
            field=models.PositiveBigIntegerField(
                blank=True,
                help_text="按收费比例发的补贴：申领人照票据填写，由工作人员核对。",
                null=True,
                verbose_name="评价收费（分）",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_fen__isnull", True), ("fee_fen__gt", 0), _connector="OR"),
                name="claim_fee_is_an_amount",
            ),
        ),
        migrations.RunSQL(sql=STAYS, reverse_sql=STAYS_NO_MORE),
    ]
