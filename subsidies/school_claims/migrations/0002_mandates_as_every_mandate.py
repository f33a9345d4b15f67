from django.db import migrations, models


class Migration(migrations.Migration):
    """The words of mandates are shared with those of employers; the column of the party takes a longer word."""

    dependencies = [("school_claims", "0001_mandates_and_sends")]

    operations = [
        migrations.AlterField(
            model_name="mandate",
            name="through",
            field=models.CharField(
                blank=True,
                choices=[("self", "本人登录同意"), ("paper", "书面委托")],
                max_length=6,
                verbose_name="同意方式",
            ),
        ),
        migrations.AlterField(
            model_name="mandateevent",
            name="party",
            field=models.CharField(
                choices=[("worker", "本人"), ("school", "培训机构"), ("employer", "用人单位")],
                max_length=8,
                verbose_name="以谁的名义",
            ),
        ),
    ]
