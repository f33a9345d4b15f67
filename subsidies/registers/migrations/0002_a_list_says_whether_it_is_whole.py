from django.db import migrations, models

# A list that was put in force with files or rows missing, before that was kept with it.
PARTIAL = """
UPDATE registers_register r SET is_partial = true
 WHERE EXISTS (SELECT FROM registers_registerfile f WHERE f.register_id = r.id)
   AND r.state <> 'loading'
   AND (SELECT count(*) FILTER (WHERE b.state = 'applied' AND b.rows_faulty = 0) < greatest(r.parts, count(*))
          FROM registers_registerfile f JOIN imports_importbatch b ON b.id = f.batch_id WHERE f.register_id = r.id)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0001_lists_of_other_offices'),
        ('imports', '0001_batches_and_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='register',
            name='is_partial',
            field=models.BooleanField(default=False, help_text='启用时有文件或行没有导入：名册里没有的人，不能当作不在名册上。', verbose_name='不完整'),
        ),
        migrations.RunSQL(PARTIAL, migrations.RunSQL.noop),
    ]
