"""Every row with an ID number has its index; the field said so, its migrations did not."""

import foundation.crypto.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schools", "0002_events_and_applications")]

    operations = [
        migrations.AlterField(
            model_name="teacher",
            name="id_number_index",
            field=foundation.crypto.fields.BlindIndexField(blank=True, db_index=True, kind="id_number", null=False, source="id_number"),
        ),
    ]
