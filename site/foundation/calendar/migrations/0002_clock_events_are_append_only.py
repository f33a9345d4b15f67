"""A clock's history only grows."""

from django.db import migrations

from foundation.database import append_only


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_working_days_and_clocks")]

    operations = [append_only("calendar_clockevent")]
