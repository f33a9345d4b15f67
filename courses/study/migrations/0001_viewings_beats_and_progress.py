import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only
from foundation.partitions import first_partitions, partition_by_month

# Accepted time is the length of the union of what was watched; two rows change with each beat, mostly in their page.
HELD = """
CREATE FUNCTION study_length(spans integer[]) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    total integer := 0;
    before integer := -1;
    n integer := coalesce(array_length(spans, 1), 0);
BEGIN
    IF n % 2 = 1 THEN
        RETURN NULL;
    END IF;
    FOR i IN 1 .. n BY 2 LOOP
        IF spans[i] <= before OR spans[i + 1] <= spans[i] THEN
            RETURN NULL;  -- neither ascending nor disjoint
        END IF;
        total := total + spans[i + 1] - spans[i];
        before := spans[i + 1];
    END LOOP;
    RETURN total;
END $$;
ALTER TABLE study_lessonprogress ADD CONSTRAINT study_progress_is_the_union
    CHECK (study_length(watched) IS NOT DISTINCT FROM accepted_ms);
ALTER TABLE study_lessonprogress SET (fillfactor = 60);
ALTER TABLE study_studyclock SET (fillfactor = 60);
"""
NOT_HELD = """
ALTER TABLE study_lessonprogress DROP CONSTRAINT study_progress_is_the_union;
DROP FUNCTION study_length(integer[]);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('classes', '0001_class_runs_and_enrolment'),
        ('content', '0001_courses_and_their_versions'),
        ('workers', '0002_person_groups_named_by_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PresenceQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, verbose_name='问题')),
                ('options', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), help_text='按显示的顺序。', size=None, verbose_name='选项')),
                ('right', models.CharField(max_length=20, verbose_name='正确选项')),
                ('asked_at', models.DateTimeField(verbose_name='提问时间')),
                ('due_at', models.DateTimeField(help_text='过了这个时间还没有回答，时间停止计算。', verbose_name='回答期限')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workers.worker', verbose_name='从业人员')),
            ],
            options={
                'verbose_name': '在线提问',
                'verbose_name_plural': '在线提问',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='StudyAppeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('repeated', '这一段以前已经计过时间'), ('beyond', '超出了这节课的长度'), ('lesson_cap', '这节课的学时已经计满'), ('clock', '上报的时间比实际过去的时间多'), ('day_cap', '今天的学习时间已经到上限'), ('line_lost', '断网时间太长，只能补计断网后的前几分钟'), ('presence', '没有回答“还在学习吗”的小问题'), ('too_fast', '播放速度超过了允许的倍速'), ('other_viewing', '同一时间在另一台手机或另一节课上学习'), ('out_of_order', '前面的课还没有学完'), ('not_studying', '班次不在学习期内，或您已不在这个班'), ('replayed', '同一条学习记录重复上报'), ('expired', '页面打开的时间太久，已经失效')], max_length=14, verbose_name='未计入的原因')),
                ('first_sequence', models.PositiveIntegerField(verbose_name='从第几条')),
                ('last_sequence', models.PositiveIntegerField(verbose_name='到第几条')),
                ('first_at', models.DateTimeField(verbose_name='从')),
                ('last_at', models.DateTimeField(verbose_name='到')),
                ('refused_ms', models.PositiveBigIntegerField(verbose_name='未计入毫秒数')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='本人说明')),
                ('state', models.CharField(choices=[('waiting', '等待答复'), ('upheld', '已补计时间'), ('rejected', '未予补计')], default='waiting', max_length=10, verbose_name='状态')),
                ('made_at', models.DateTimeField(verbose_name='申诉时间')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_appeals', to='classes.enrolment', verbose_name='学籍')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.lesson', verbose_name='课时内容')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申诉人')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workers.worker', verbose_name='从业人员')),
            ],
            options={
                'verbose_name': '学习时间申诉',
                'verbose_name_plural': '学习时间申诉',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='StudyAppealEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=20, verbose_name='动作')),
                ('source', models.CharField(blank=True, max_length=10, verbose_name='原状态')),
                ('target', models.CharField(max_length=10, verbose_name='新状态')),
                ('reason', models.TextField(blank=True, verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='study.studyappeal', verbose_name='申诉')),
            ],
            options={
                'verbose_name': '申诉记录',
                'verbose_name_plural': '申诉记录',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Viewing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.BinaryField(help_text='由服务器产生，写入签名的凭据。', max_length=16, unique=True, verbose_name='随机数')),
                ('device', models.CharField(blank=True, help_text='浏览器自报的设备名称。', max_length=80, verbose_name='设备')),
                ('started_at', models.DateTimeField(verbose_name='打开时间')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='classes.enrolment', verbose_name='学籍')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.lesson', verbose_name='课时内容')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workers.worker', verbose_name='从业人员')),
            ],
            options={
                'verbose_name': '打开一次课',
                'verbose_name_plural': '打开课的记录',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='StudyClock',
            fields=[
                ('worker', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='workers.worker', verbose_name='从业人员')),
                ('sequence', models.PositiveIntegerField(default=0, verbose_name='最后一条的序号')),
                ('digest', models.BigIntegerField(default=0, help_text='同一请求再次到达，答复相同。', verbose_name='最后一次请求的摘要')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='最后一次请求的时间')),
                ('counted_until', models.DateTimeField(help_text='之后经过的时间才可以计入。', verbose_name='已计到')),
                ('day', models.DateField(verbose_name='日期')),
                ('day_ms', models.PositiveIntegerField(default=0, verbose_name='当日已计毫秒数')),
                ('presence_left_ms', models.PositiveIntegerField(help_text='再学习多少毫秒之后提问；不对外显示。', verbose_name='距下次提问')),
                ('deadline', models.DateTimeField(blank=True, null=True, verbose_name='回答期限')),
                ('question', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='study.presencequestion', verbose_name='等待回答的提问')),
                ('viewing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='study.viewing', verbose_name='当前打开的课')),
            ],
            options={
                'verbose_name': '学习时钟',
                'verbose_name_plural': '学习时钟',
            },
        ),
        migrations.CreateModel(
            name='StudyBeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='服务器的时间。', verbose_name='收到时间')),
                ('sequence', models.PositiveIntegerField(help_text='在这次打开中的第几条。', verbose_name='序号')),
                ('played', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='起、止、起、止……毫秒。', size=None, verbose_name='播放的片段')),
                ('speed', models.PositiveSmallIntegerField(help_text='百分比。', verbose_name='倍速')),
                ('reported_ms', models.PositiveBigIntegerField(verbose_name='上报毫秒数')),
                ('accepted_ms', models.PositiveBigIntegerField(verbose_name='计入毫秒数')),
                ('refused_ms', models.PositiveBigIntegerField(verbose_name='未计入毫秒数')),
                ('reason', models.CharField(blank=True, choices=[('repeated', '这一段以前已经计过时间'), ('beyond', '超出了这节课的长度'), ('lesson_cap', '这节课的学时已经计满'), ('clock', '上报的时间比实际过去的时间多'), ('day_cap', '今天的学习时间已经到上限'), ('line_lost', '断网时间太长，只能补计断网后的前几分钟'), ('presence', '没有回答“还在学习吗”的小问题'), ('too_fast', '播放速度超过了允许的倍速'), ('other_viewing', '同一时间在另一台手机或另一节课上学习'), ('out_of_order', '前面的课还没有学完'), ('not_studying', '班次不在学习期内，或您已不在这个班'), ('replayed', '同一条学习记录重复上报'), ('expired', '页面打开的时间太久，已经失效')], max_length=14, verbose_name='未计入的原因')),
                ('enrolment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='classes.enrolment', verbose_name='学籍')),
                ('lesson', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='content.lesson', verbose_name='课时内容')),
                ('worker', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workers.worker', verbose_name='从业人员')),
                ('viewing', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='study.viewing', verbose_name='打开一次课')),
            ],
            options={
                'verbose_name': '学习记录',
                'verbose_name_plural': '学习记录',
            },
        ),
        partition_by_month("study_studybeat", "at"),
        migrations.AddField(
            model_name='studyappeal',
            name='viewing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='study.viewing', verbose_name='打开一次课'),
        ),
        migrations.AddField(
            model_name='presencequestion',
            name='viewing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='study.viewing', verbose_name='打开一次课'),
        ),
        migrations.CreateModel(
            name='LessonProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('length_ms', models.PositiveIntegerField(verbose_name='课长')),
                ('worth_ms', models.PositiveIntegerField(verbose_name='最多计入')),
                ('speed', models.PositiveSmallIntegerField(blank=True, help_text='百分比。', null=True, verbose_name='课程允许的倍速')),
                ('needs_check', models.BooleanField(verbose_name='通过测验才计学时')),
                ('watched', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None, verbose_name='看过的片段')),
                ('position_ms', models.PositiveIntegerField(default=0, verbose_name='看到哪里')),
                ('reported_ms', models.PositiveBigIntegerField(default=0, verbose_name='上报毫秒数')),
                ('accepted_ms', models.PositiveIntegerField(default=0, verbose_name='计入毫秒数')),
                ('refused_ms', models.PositiveBigIntegerField(default=0, verbose_name='未计入毫秒数')),
                ('credited_ms', models.PositiveIntegerField(default=0, verbose_name='计学时毫秒数')),
                ('check_passed_at', models.DateTimeField(blank=True, null=True, verbose_name='测验通过时间')),
                ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='学完时间')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_progress', to='classes.enrolment', verbose_name='学籍')),
                ('lesson', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.lesson', verbose_name='课时内容')),
            ],
            options={
                'verbose_name': '学习进度',
                'verbose_name_plural': '学习进度',
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson'), name='study_progress_is_one_for_a_lesson'), models.CheckConstraint(condition=models.Q(('reported_ms', django.db.models.expressions.CombinedExpression(models.F('accepted_ms'), '+', models.F('refused_ms')))), name='study_progress_adds_up'), models.CheckConstraint(condition=models.Q(('accepted_ms__lte', models.F('worth_ms')), ('worth_ms__lte', models.F('length_ms'))), name='study_progress_is_within_the_lesson'), models.CheckConstraint(condition=models.Q(models.Q(('check_passed_at__isnull', True), ('credited_ms', 0), ('needs_check', True)), models.Q(models.Q(('needs_check', False), ('check_passed_at__isnull', False), _connector='OR'), ('credited_ms', models.F('accepted_ms'))), _connector='OR'), name='study_progress_is_credited_after_its_check'), models.CheckConstraint(condition=models.Q(('completed_at__isnull', True), ('needs_check', False), ('check_passed_at__isnull', False), _connector='OR'), name='study_progress_is_complete_after_its_check')],
            },
        ),
        migrations.CreateModel(
            name='PresenceAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(max_length=20, verbose_name='所选')),
                ('is_right', models.BooleanField(verbose_name='答对')),
                ('is_late', models.BooleanField(verbose_name='超过期限')),
                ('at', models.DateTimeField(verbose_name='回答时间')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='study.presencequestion', verbose_name='在线提问')),
            ],
            options={
                'verbose_name': '在线提问的回答',
                'verbose_name_plural': '在线提问的回答',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_right', True)), fields=('question',), name='presence_question_is_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='StudyAdjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='计入哪一天')),
                ('moved_ms', models.PositiveIntegerField(verbose_name='补计毫秒数')),
                ('played', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None, verbose_name='补计的片段')),
                ('reason', models.TextField(verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_adjustments', to='classes.enrolment', verbose_name='学籍')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.lesson', verbose_name='课时内容')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workers.worker', verbose_name='从业人员')),
                ('appeal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='adjustment', to='study.studyappeal', verbose_name='申诉')),
            ],
            options={
                'verbose_name': '学习时间补计',
                'verbose_name_plural': '学习时间补计',
                'constraints': [models.CheckConstraint(condition=models.Q(('moved_ms__gt', 0)), name='study_adjustment_moves_something'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='study_adjustment_says_why')],
            },
        ),
        migrations.AddIndex(
            model_name='viewing',
            index=models.Index(fields=['enrolment', 'started_at'], name='viewing_by_enrolment'),
        ),
        migrations.AddConstraint(
            model_name='studyclock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deadline__isnull', True), ('question__isnull', True)), models.Q(('deadline__isnull', False), ('question__isnull', False)), _connector='OR'), name='study_clock_question_has_a_deadline'),
        ),
        migrations.AddConstraint(
            model_name='studyclock',
            constraint=models.CheckConstraint(condition=models.Q(('day_ms__lte', 86400000)), name='study_clock_day_has_24_hours'),
        ),
        migrations.AddIndex(
            model_name='studybeat',
            index=models.Index(fields=['enrolment', 'at'], name='study_beat_by_enrolment'),
        ),
        migrations.AddConstraint(
            model_name='studybeat',
            constraint=models.CheckConstraint(condition=models.Q(('reported_ms', django.db.models.expressions.CombinedExpression(models.F('accepted_ms'), '+', models.F('refused_ms')))), name='study_beat_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='studybeat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('refused_ms', 0)), models.Q(models.Q(('reason', ''), _negated=True), ('accepted_ms', 0)), _connector='OR'), name='study_beat_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='studybeat',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['', 'repeated', 'beyond', 'lesson_cap', 'clock', 'day_cap', 'line_lost', 'presence', 'too_fast', 'other_viewing', 'out_of_order', 'not_studying', 'replayed', 'expired'])), name='study_beat_reason_is_known'),
        ),
        migrations.AddIndex(
            model_name='studyappeal',
            index=models.Index(fields=['state', 'made_at'], name='study_appeal_by_state'),
        ),
        migrations.AddConstraint(
            model_name='studyappeal',
            constraint=models.UniqueConstraint(fields=('viewing', 'reason', 'first_at', 'first_sequence'), name='study_appeal_is_made_once'),
        ),
        migrations.AddConstraint(
            model_name='studyappeal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'upheld', 'rejected'])), name='study_appeal_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='studyappeal',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['clock', 'day_cap', 'expired', 'line_lost', 'not_studying', 'other_viewing', 'out_of_order', 'presence', 'too_fast'])), name='study_appeal_is_about_a_doubtful_reason'),
        ),
        migrations.AddConstraint(
            model_name='studyappeal',
            constraint=models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at')), ('refused_ms__gt', 0)), name='study_appeal_is_about_something'),
        ),
        migrations.AddConstraint(
            model_name='presencequestion',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('asked_at'))), name='presence_question_gives_time'),
        ),
        append_only("study_viewing"),
        append_only("study_studybeat"),
        append_only("study_presencequestion"),
        append_only("study_presenceanswer"),
        append_only("study_studyappealevent"),
        append_only("study_studyadjustment"),
        first_partitions("study_studybeat"),
        migrations.RunSQL(HELD, NOT_HELD),
    ]
