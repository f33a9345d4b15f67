"""What waits for an officer is a few ten thousand among a million: an index of its own for each order of the list."""

from django.db import migrations, models

WAITING = models.Q(state__in=["submitted", "intake_passed"])


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_school_accounts")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["due_on", "-risk", "id"], condition=WAITING, name="claim_desk_by_deadline"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["-risk", "due_on", "id"], condition=WAITING, name="claim_desk_by_risk"),
        ),
        migrations.AddIndex(model_name="claim", index=models.Index(fields=["state", "-id"], name="claim_by_state")),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["-paid_on", "-id"], condition=models.Q(state="paid"), name="claim_paid_lately"),
        ),
    ]
