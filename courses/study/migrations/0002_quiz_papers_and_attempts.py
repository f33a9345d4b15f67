import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('classes', '0001_class_runs_and_enrolment'),
        ('content', '0001_courses_and_their_versions'),
        ('study', '0001_viewings_beats_and_progress'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuizPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几次')),
                ('seed', models.CharField(help_text='由服务器产生；同样的种子抽出同样的试卷。', max_length=64, verbose_name='抽题种子')),
                ('question_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='试题')),
                ('pass_points', models.PositiveSmallIntegerField(help_text='满分 100。', verbose_name='合格分数')),
                ('drawn_at', models.DateTimeField(verbose_name='抽题时间')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_papers', to='classes.enrolment', verbose_name='学籍')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.lesson', verbose_name='课时内容')),
            ],
            options={
                'verbose_name': '试卷',
                'verbose_name_plural': '试卷',
                'ordering': ['enrolment', 'lesson', 'number'],
            },
        ),
        migrations.CreateModel(
            name='QuizAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(help_text='试题编号对应所选选项在试卷上的位置，从 0 起。', verbose_name='作答')),
                ('right', models.PositiveSmallIntegerField(verbose_name='答对题数')),
                ('total', models.PositiveSmallIntegerField(verbose_name='题数')),
                ('is_passed', models.BooleanField(verbose_name='合格')),
                ('made_at', models.DateTimeField(verbose_name='交卷时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='交卷人')),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attempt', to='study.quizpaper', verbose_name='试卷')),
            ],
            options={
                'verbose_name': '交卷记录',
                'verbose_name_plural': '交卷记录',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='quizpaper',
            constraint=models.UniqueConstraint(fields=('enrolment', 'lesson', 'number'), name='quiz_paper_is_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='quizpaper',
            constraint=models.CheckConstraint(condition=models.Q(('question_ids__len__gt', 0)), name='quiz_paper_asks_something'),
        ),
        migrations.AddConstraint(
            model_name='quizpaper',
            constraint=models.CheckConstraint(condition=models.Q(('pass_points__lte', 100)), name='quiz_paper_can_be_passed'),
        ),
        migrations.AddConstraint(
            model_name='quizattempt',
            constraint=models.CheckConstraint(condition=models.Q(('right__lte', models.F('total')), ('total__gt', 0)), name='quiz_attempt_is_marked_within_its_paper'),
        ),
        append_only("study_quizpaper"),
        append_only("study_quizattempt"),
    ]
