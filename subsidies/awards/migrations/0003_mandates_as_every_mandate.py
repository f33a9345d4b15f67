from django.db import migrations, models

STATES = [("asked", "等本人答复"), ("given", "本人同意"), ("refused", "本人不同意"), ("withdrawn", "本人已撤回")]


class Migration(migrations.Migration):
    """The words of mandates are shared with those of schools. Only names and one new constraint; no column changes."""

    dependencies = [("awards", "0002_what_was_promised_stays")]

    operations = [
        migrations.AlterField(
            model_name="employermandate",
            name="through",
            field=models.CharField(
                blank=True,
                choices=[("self", "本人登录同意"), ("paper", "书面委托")],
                max_length=6,
                verbose_name="同意方式",
            ),
        ),
        migrations.AlterField(
            model_name="employermandateevent",
            name="party",
            field=models.CharField(
                choices=[("worker", "本人"), ("school", "培训机构"), ("employer", "用人单位")],
                max_length=8,
                verbose_name="以谁的名义",
            ),
        ),
        migrations.AlterField(
            model_name="employermandateevent",
            name="source",
            field=models.CharField(blank=True, choices=STATES, max_length=10, verbose_name="原状态"),
        ),
        migrations.AddConstraint(
            model_name="employermandateevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("party__in", ["worker", "employer"])), name="award_mandate_event_party_is_known"
            ),
        ),
    ]
