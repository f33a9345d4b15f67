from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classes', '0002_enrolment_says_how_it_was_confirmed'),
    ]

    operations = [
        migrations.AddField(
            model_name='classrun',
            name='filing_number',
            field=models.CharField(blank=True, help_text='年度和序号，备案时给出。', max_length=20, null=True, unique=True, verbose_name='开班备案号'),
        ),
        migrations.AddField(
            model_name='classrun',
            name='is_subsidised',
            field=models.BooleanField(default=True, help_text='本班学员结业后是否申请培训补贴。', verbose_name='申请培训补贴'),
        ),
        migrations.RunSQL(
            sql='CREATE SEQUENCE classes_class_number',
            reverse_sql='DROP SEQUENCE classes_class_number',
        ),
    ]
