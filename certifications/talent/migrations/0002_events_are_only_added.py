"""What happened to an entry is only added to."""

from django.db import migrations

from foundation.database import append_only


class Migration(migrations.Migration):
    dependencies = [("talent", "0001_register_of_skilled_workers")]

    operations = [append_only("talent_talentevent")]
