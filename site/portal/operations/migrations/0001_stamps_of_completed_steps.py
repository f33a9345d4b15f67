from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("name", models.CharField(max_length=50, primary_key=True, serialize=False, verbose_name="步骤")),
                (
                    "value",
                    models.CharField(help_text="变化后，此步骤需重新执行。", max_length=200, verbose_name="依据"),
                ),
                ("at", models.DateTimeField(verbose_name="完成时间")),
            ],
            options={
                "verbose_name": "准备记录",
                "verbose_name_plural": "准备记录",
            },
        ),
    ]
