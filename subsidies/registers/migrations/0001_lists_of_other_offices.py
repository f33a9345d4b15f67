import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('imports', '0001_batches_and_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('registration', '就业失业实名登记'), ('pension', '领取基本养老保险待遇'), ('insured', '社会保险参保缴费'), ('payroll', '机关事业单位在编（财政供养）'), ('student', '在校学生学籍'), ('death', '死亡登记'), ('custody', '服刑')], max_length=12, verbose_name='名册')),
                ('as_of', models.DateField(help_text='名册截至哪一天。', verbose_name='数据日期')),
                ('source', models.CharField(max_length=100, verbose_name='提供单位')),
                ('parts', models.PositiveSmallIntegerField(default=1, help_text='整份名册分成几个文件。', verbose_name='文件数')),
                ('key_mark', models.BinaryField(help_text='导入时索引密钥的标记。密钥更换以后，这份名册不能再比对，须重新导入。', max_length=32, verbose_name='密钥标记')),
                ('state', models.CharField(choices=[('loading', '正在导入'), ('in_force', '使用中'), ('replaced', '已被新名册代替'), ('withdrawn', '已撤回')], default='loading', max_length=10, verbose_name='状态')),
                ('rows_count', models.PositiveIntegerField(default=0, verbose_name='记录数')),
                ('recorded_at', models.DateTimeField(verbose_name='导入时间')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导入人')),
            ],
            options={
                'verbose_name': '比对名册',
                'verbose_name_plural': '比对名册',
                'ordering': ['kind', '-as_of', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RegisterEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=20, verbose_name='动作')),
                ('source', models.CharField(blank=True, max_length=10, verbose_name='原状态')),
                ('target', models.CharField(max_length=10, verbose_name='新状态')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='registers.register', verbose_name='名册')),
            ],
            options={
                'verbose_name': '名册记事',
                'verbose_name_plural': '名册记事',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RegisterFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='register_file', to='imports.importbatch', verbose_name='导入批次')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='registers.register', verbose_name='名册')),
            ],
            options={
                'verbose_name': '名册文件',
                'verbose_name_plural': '名册文件',
                'ordering': ['register', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RegisterRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.BinaryField(help_text='带密钥的摘要，不能还原为号码。', max_length=32, verbose_name='身份证号码摘要')),
                ('effective', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='起止日期')),
                ('detail', models.CharField(blank=True, help_text='例如单位统一社会信用代码、学校名称。', max_length=60, verbose_name='内容')),
                ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='registers.register', verbose_name='名册')),
            ],
            options={
                'verbose_name': '名册记录',
                'verbose_name_plural': '名册记录',
                'ordering': ['register', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['registration', 'pension', 'insured', 'payroll', 'student', 'death', 'custody'])), name='register_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['loading', 'in_force', 'replaced', 'withdrawn'])), name='register_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='register_says_whose_it_is'),
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.CheckConstraint(condition=models.Q(('parts__gt', 0)), name='register_has_files'),
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('kind',), name='register_in_force_is_one_of_a_kind'),
        ),
        migrations.AddIndex(
            model_name='registerrow',
            index=models.Index(fields=['person', 'register'], name='register_row_by_person'),
        ),
        migrations.AddConstraint(
            model_name='registerrow',
            constraint=models.CheckConstraint(condition=models.Q(('effective__isempty', False)), name='register_row_period_is_not_empty'),
        ),
        append_only("registers_registerrow"),
        append_only("registers_registerevent"),
    ]
