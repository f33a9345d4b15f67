"""Videos and question banks. The database keeps what was asked and shown: neither a question nor a video that is ready
can be changed or removed, only retired, withdrawn and described."""

import courses.content.models.media
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only

KEEP = """
CREATE FUNCTION content_question_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['is_active', 'retired_at'];
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'question % cannot be changed or removed: write another and retire it', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT OLD.is_active AND (to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW)) THEN
        RAISE EXCEPTION 'question % is retired for good', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER content_question_keep BEFORE UPDATE OR DELETE ON content_question
    FOR EACH ROW EXECUTE FUNCTION content_question_keep();
ALTER TABLE content_question ADD CONSTRAINT question_answers_fit_its_kind CHECK (
    jsonb_typeof(options) = 'array' AND jsonb_typeof(answers) = 'array'
    AND jsonb_array_length(options) BETWEEN 2 AND 6
    AND CASE kind
        WHEN 'multiple' THEN jsonb_array_length(answers) BETWEEN 2 AND jsonb_array_length(options)
        WHEN 'true_false' THEN jsonb_array_length(answers) = 1 AND jsonb_array_length(options) = 2
        ELSE jsonb_array_length(answers) = 1
    END
);

CREATE FUNCTION content_video_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['title', 'subtitles', 'transcript', 'is_offered'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'video % cannot be removed: withdraw it', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'ready' AND (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'video % is ready: its files cannot be changed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (OLD.source, OLD.sha256, OLD.organisation_id) IS DISTINCT FROM (NEW.source, NEW.sha256, NEW.organisation_id) THEN
        RAISE EXCEPTION 'video % is one file of one body: another file is another video', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER content_video_keep BEFORE UPDATE OR DELETE ON content_video
    FOR EACH ROW EXECUTE FUNCTION content_video_keep();
"""

RELEASE = """
DROP TRIGGER content_video_keep ON content_video;
DROP FUNCTION content_video_keep();
ALTER TABLE content_question DROP CONSTRAINT question_answers_fit_its_kind;
DROP TRIGGER content_question_keep ON content_question;
DROP FUNCTION content_question_keep();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_phone_codes_and_initial_passwords'),
        ('content', '0001_courses_and_their_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionBank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='题库名称')),
                ('is_offered', models.BooleanField(default=True, help_text='停用的题库不能再选进课程；已经用了它的课程不受影响。', verbose_name='可以选用')),
                ('created_at', models.DateTimeField(verbose_name='建立时间')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='question_banks', to='accounts.organisation', verbose_name='单位')),
            ],
            options={
                'verbose_name': '题库',
                'verbose_name_plural': '题库',
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('single', '单选题'), ('multiple', '多选题'), ('true_false', '判断题')], max_length=10, verbose_name='题型')),
                ('text', models.TextField(max_length=1000, verbose_name='题目')),
                ('options', models.JSONField(verbose_name='选项')),
                ('answers', models.JSONField(help_text='选项的序号，从 0 起。', verbose_name='答案')),
                ('explanation', models.TextField(blank=True, help_text='交卷后给学员看。', max_length=1000, verbose_name='解析')),
                ('fingerprint', models.CharField(help_text='题型、题目和选项的 SHA-256。', max_length=64, verbose_name='内容指纹')),
                ('is_active', models.BooleanField(default=True, verbose_name='在用')),
                ('created_at', models.DateTimeField(verbose_name='编写时间')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='编写人')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='content.question', verbose_name='代替的试题')),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='content.questionbank', verbose_name='题库')),
            ],
            options={
                'verbose_name': '试题',
                'verbose_name_plural': '试题',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Video',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('source', models.FileField(max_length=200, storage=courses.content.models.media.lesson_storage, upload_to='sources/%Y/%m', verbose_name='原文件')),
                ('source_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('source_bytes', models.PositiveBigIntegerField(verbose_name='原文件大小')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件指纹')),
                ('state', models.CharField(choices=[('waiting', '等待处理'), ('processing', '正在处理'), ('ready', '可以使用'), ('failed', '处理失败')], default='waiting', max_length=10, verbose_name='状态')),
                ('failure', models.CharField(blank=True, max_length=500, verbose_name='失败原因')),
                ('progress', models.PositiveSmallIntegerField(default=0, help_text='处理进度，百分之几。', verbose_name='进度')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='处理次数')),
                ('run', models.UUIDField(blank=True, help_text='正在处理或完成处理的一次运行。', null=True, verbose_name='处理编号')),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True, verbose_name='最近进展时间')),
                ('duration_seconds', models.PositiveIntegerField(default=0, help_text='处理后视频的时长。', verbose_name='时长（秒）')),
                ('width', models.PositiveSmallIntegerField(default=0, verbose_name='宽')),
                ('height', models.PositiveSmallIntegerField(default=0, verbose_name='高')),
                ('rendition', models.FileField(blank=True, max_length=200, storage=courses.content.models.media.lesson_storage, upload_to='', verbose_name='播放文件')),
                ('rendition_bytes', models.PositiveBigIntegerField(default=0, verbose_name='播放文件大小')),
                ('audio', models.FileField(blank=True, help_text='没有声音的视频为空。', max_length=200, storage=courses.content.models.media.lesson_storage, upload_to='', verbose_name='声音文件')),
                ('audio_bytes', models.PositiveBigIntegerField(default=0, verbose_name='声音文件大小')),
                ('poster', models.FileField(blank=True, max_length=200, storage=courses.content.models.media.lesson_storage, upload_to='', verbose_name='封面')),
                ('subtitles', models.TextField(blank=True, help_text='WebVTT。', verbose_name='字幕')),
                ('transcript', models.TextField(blank=True, help_text='不填的，用字幕里的文字。', verbose_name='文字稿')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='处理完成时间')),
                ('is_offered', models.BooleanField(default=True, help_text='停用的视频不能再选进课程；已经用了它的课程不受影响。', verbose_name='可以选用')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='videos', to='accounts.organisation', verbose_name='单位')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '视频',
                'verbose_name_plural': '视频',
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='VideoEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=40, verbose_name='事项')),
                ('state', models.CharField(choices=[('waiting', '等待处理'), ('processing', '正在处理'), ('ready', '可以使用'), ('failed', '处理失败')], max_length=10, verbose_name='之后的状态')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
                ('video', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='content.video', verbose_name='视频')),
            ],
            options={
                'verbose_name': '视频事件',
                'verbose_name_plural': '视频事件',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='questionbank',
            constraint=models.UniqueConstraint(fields=('organisation', 'title'), name='question_bank_is_named_once'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['single', 'multiple', 'true_false'])), name='question_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_active', True), ('retired_at__isnull', True)), models.Q(('is_active', False), ('retired_at__isnull', False)), _connector='OR'), name='question_retired_says_when'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('replaces', models.F('id')), _negated=True), name='question_replaces_another'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('bank', 'fingerprint'), name='question_is_asked_once_in_a_bank'),
        ),
        migrations.AddIndex(
            model_name='video',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'processing'])), fields=['heartbeat_at'], name='video_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='video',
            constraint=models.UniqueConstraint(fields=('organisation', 'sha256'), name='video_file_is_uploaded_once'),
        ),
        migrations.AddConstraint(
            model_name='video',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'processing', 'ready', 'failed'])), name='video_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='video',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('duration_seconds__gt', 0), ('ready_at__isnull', False), models.Q(('rendition', ''), _negated=True), models.Q(('poster', ''), _negated=True)), _connector='OR'), name='video_ready_can_be_shown'),
        ),
        migrations.AddConstraint(
            model_name='video',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'processing'), _negated=True), models.Q(('heartbeat_at__isnull', False), ('run__isnull', False)), _connector='OR'), name='video_processing_names_its_run'),
        ),
        migrations.AddConstraint(
            model_name='video',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='video_failed_says_why'),
        ),
        migrations.AddConstraint(
            model_name='video',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='video_progress_is_a_percentage'),
        ),
        migrations.AddConstraint(
            model_name='videoevent',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'processing', 'ready', 'failed'])), name='video_event_state_is_known'),
        ),
        append_only("content_videoevent"),
        migrations.RunSQL(KEEP, RELEASE),
    ]
