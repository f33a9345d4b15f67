import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import foundation.audit.models
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only
from foundation.partitions import first_partitions, partition_by_month

FROZEN = """
CREATE FUNCTION privacy_consenttext_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.receiver, NEW.receiver_name, NEW.purpose, NEW.purpose_name, NEW.version, NEW.text, lower(NEW.effective))
        IS DISTINCT FROM
       (OLD.receiver, OLD.receiver_name, OLD.purpose, OLD.purpose_name, OLD.version, OLD.text, lower(OLD.effective))
       AND EXISTS (SELECT FROM privacy_consent WHERE text_id = OLD.id) THEN
        RAISE EXCEPTION 'a wording that somebody agreed to cannot be changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER privacy_consenttext_frozen BEFORE UPDATE ON privacy_consenttext
    FOR EACH ROW EXECUTE FUNCTION privacy_consenttext_is_frozen();

-- A consent is only ever withdrawn, once.
CREATE FUNCTION privacy_consent_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL
       AND (NEW.id, NEW.subject_id, NEW.text_id, NEW.receiver, NEW.purpose, NEW.granted_at, NEW.granted_by_id, NEW.granted_through)
         = (OLD.id, OLD.subject_id, OLD.text_id, OLD.receiver, OLD.purpose, OLD.granted_at, OLD.granted_by_id, OLD.granted_through)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent can only be withdrawn, and only once' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER privacy_consent_kept BEFORE UPDATE OR DELETE ON privacy_consent
    FOR EACH ROW EXECUTE FUNCTION privacy_consent_is_kept();
CREATE TRIGGER privacy_consent_never_emptied BEFORE TRUNCATE ON privacy_consent
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_consent_is_kept();
"""
THAWED = """
DROP TRIGGER privacy_consent_never_emptied ON privacy_consent;
DROP TRIGGER privacy_consent_kept ON privacy_consent;
DROP FUNCTION privacy_consent_is_kept();
DROP TRIGGER privacy_consenttext_frozen ON privacy_consenttext;
DROP FUNCTION privacy_consenttext_is_frozen();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receiver', models.CharField(max_length=50, verbose_name='接收方代码')),
                ('receiver_name', models.CharField(max_length=100, verbose_name='接收方')),
                ('purpose', models.CharField(max_length=50, verbose_name='用途代码')),
                ('purpose_name', models.CharField(max_length=100, verbose_name='用途')),
                ('version', models.PositiveIntegerField(verbose_name='版本')),
                ('text', models.TextField(help_text='有人同意之后不可更改；需要修改时，另立新版本。', verbose_name='授权书全文')),
                ('effective', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
            ],
            options={
                'verbose_name': '授权书',
                'verbose_name_plural': '授权书',
                'constraints': [models.UniqueConstraint(fields=('receiver', 'purpose', 'version'), name='consent_text_version_is_unique'), models.CheckConstraint(condition=models.Q(('effective__isempty', False)), name='consent_text_period_is_not_empty'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('receiver', '='), ('purpose', '='), ('effective', '&&')], name='consent_text_is_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='AccessRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=100, verbose_name='对象类型')),
                ('subject_id', models.CharField(max_length=100, verbose_name='对象编号')),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None, verbose_name='查看的项目')),
                ('purpose', models.CharField(choices=[('case_handling', '办理业务核验'), ('contact', '电话联系'), ('correction', '更正信息'), ('inspection', '监督检查'), ('audit', '审计'), ('own_data', '本人查看')], max_length=30, verbose_name='用途')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('is_granted', models.BooleanField(verbose_name='是否准许')),
                ('at', models.DateTimeField(db_default=foundation.audit.models.ClockTimestamp(), verbose_name='时间')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='请求编号')),
                ('viewer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查看人')),
            ],
            options={
                'verbose_name': '个人信息查看记录',
                'verbose_name_plural': '个人信息查看记录',
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'at'], name='access_record_by_subject'), models.Index(fields=['viewer', 'at'], name='access_record_by_viewer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['case_handling', 'contact', 'correction', 'inspection', 'audit', 'own_data'])), name='access_record_purpose_is_known'), models.CheckConstraint(condition=models.Q(('fields__len__gte', 1)), name='access_record_names_a_field')],
            },
        ),
        partition_by_month("privacy_accessrecord", "at"),
        append_only("privacy_accessrecord"),
        first_partitions("privacy_accessrecord"),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receiver', models.CharField(max_length=50, verbose_name='接收方代码')),
                ('purpose', models.CharField(max_length=50, verbose_name='用途代码')),
                ('granted_at', models.DateTimeField(verbose_name='同意时间')),
                ('granted_through', models.CharField(choices=[('self', '本人办理'), ('counter', '窗口代办')], max_length=10, verbose_name='同意方式')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='授权人')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤回经办人')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='privacy.consenttext', verbose_name='授权书')),
            ],
            options={
                'verbose_name': '授权同意',
                'verbose_name_plural': '授权同意',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('subject', 'receiver', 'purpose'), name='consent_is_given_once'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__gte', models.F('granted_at')), ('withdrawn_by__isnull', False)), _connector='OR'), name='consent_withdrawal_is_whole_and_later'), models.CheckConstraint(condition=models.Q(models.Q(('granted_by', models.F('subject')), ('granted_through', 'self')), models.Q(('granted_through', 'counter'), models.Q(('granted_by', models.F('subject')), _negated=True)), _connector='OR'), name='consent_at_the_counter_names_the_officer')],
            },
        ),
        migrations.RunSQL(FROZEN, THAWED),
    ]
