from django.db import migrations, models


class Migration(migrations.Migration):
    """Where high skill begins is a figure of the day, so a constraint over fixed levels cannot hold it."""

    dependencies = [("talent", "0002_events_are_only_added")]

    operations = [
        migrations.RemoveConstraint(model_name="talentrecord", name="talent_is_high_skilled_by_level"),
        migrations.AlterField(
            model_name="talentrecord",
            name="is_high_skilled",
            field=models.BooleanField(help_text="按当天有效的起点等级算。", null=True, verbose_name="高技能人才"),
        ),
    ]
