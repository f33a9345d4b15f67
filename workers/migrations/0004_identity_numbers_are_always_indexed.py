"""Every row with an ID number has its index; the field said so, its migrations did not."""

import foundation.crypto.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workers", "0003_the_skill_record")]

    operations = [
        migrations.AlterField(
            model_name="worker",
            name="id_number_index",
            field=foundation.crypto.fields.BlindIndexField(blank=True, unique=True, kind="id_number", null=False, source="id_number"),
        ),
        migrations.AlterField(
            model_name="identityrevision",
            name="id_number_index",
            field=foundation.crypto.fields.BlindIndexField(blank=True, db_index=True, kind="id_number", null=False, source="id_number"),
        ),
    ]
