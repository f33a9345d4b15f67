"""The one look at all claims that only the checks take: who else has claimed under the same certificate number."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("checks", "0002_runs_are_only_added"), ("claims", "0002_claims_are_held")]

    operations = [
        migrations.RunSQL(
            # Every run writes risk and moment into each claim: with room in the page no index is touched.
            sql="CREATE INDEX claim_by_certificate_number ON claims_claim (certificate_number)"
            " WHERE certificate_number <> ''; ALTER TABLE claims_claim SET (fillfactor = 80)",
            reverse_sql="ALTER TABLE claims_claim RESET (fillfactor); DROP INDEX claim_by_certificate_number",
        ),
    ]
