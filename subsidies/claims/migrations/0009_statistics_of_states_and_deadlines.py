from django.db import migrations


class Migration(migrations.Migration):
    """Only open claims have a deadline. Told so, the planner reads a work list in the order of its index and stops."""

    dependencies = [("claims", "0008_the_instalment_of_a_claim_stays")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS claim_state_with_deadline (mcv) ON state, due_on FROM claims_claim",
            "DROP STATISTICS claim_state_with_deadline",
        ),
    ]
