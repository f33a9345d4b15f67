import django.core.serializers.json
import django.db.models.deletion
import foundation.audit.models
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only

# The canonical text of an event is rebuilt in Python by foundation.audit.chain: change one, change both, and never for
# links that exist. Each part is its length in bytes, a colon and the text; NULL is a dash. So no two events share a text.
# A trigger reads no settings: the zone stands here, and in the queries that must find the same day.
CHAIN = """
CREATE FUNCTION audit_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;

CREATE FUNCTION audit_part(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IS NULL THEN '-' ELSE octet_length(convert_to(value, 'UTF8')) || ':' || value END
$$;

CREATE FUNCTION audit_canonical(link_day date, link_number integer, event audit_auditevent) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT audit_part(to_char(link_day, 'YYYY-MM-DD')) || audit_part(link_number::text)
        || audit_part(event.id::text) || audit_part((extract(epoch FROM event.at) * 1000000)::bigint::text)
        || audit_part(event.actor_id::text) || audit_part(event.on_behalf_of_id::text)
        || audit_part(event.action) || audit_part(event.object_type) || audit_part(event.object_id)
        || audit_part(event.object_label) || audit_part(event.reason) || audit_part(event.data::text)
        || audit_part(event.request_id)
$$;

CREATE FUNCTION audit_link_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_auditlink;
    today date;
    next_number integer := 1;
    before bytea := decode(repeat('00', 32), 'hex');
BEGIN
    -- Runs at commit, so writers queue only here. 0x61756469 is "audi".
    PERFORM pg_advisory_xact_lock(1635083369, 1);
    SELECT * INTO last FROM audit_auditlink ORDER BY day DESC, number DESC LIMIT 1;
    today := (audit_clock() AT TIME ZONE 'Asia/Shanghai')::date;
    IF last.id IS NOT NULL THEN
        before := last.digest;
        IF last.day >= today THEN  -- a clock set back never reopens an earlier day
            today := last.day;
            next_number := last.number + 1;
        END IF;
    END IF;
    INSERT INTO audit_auditlink (event_id, day, number, previous, digest)
    VALUES (NEW.id, today, next_number, before,
            sha256(before || convert_to(audit_canonical(today, next_number, NEW), 'UTF8')));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_auditevent_is_linked AFTER INSERT ON audit_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_append();
"""
NO_CHAIN = """
DROP TRIGGER audit_auditevent_is_linked ON audit_auditevent;
DROP FUNCTION audit_link_append();
DROP FUNCTION audit_canonical(date, integer, audit_auditevent);
DROP FUNCTION audit_part(text);
DROP FUNCTION audit_clock();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditDayHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='日期')),
                ('count', models.PositiveIntegerField(verbose_name='记录条数')),
                ('digest', models.BinaryField(max_length=32, verbose_name='末条摘要')),
                ('sealed_at', models.DateTimeField(db_default=foundation.audit.models.ClockTimestamp(), verbose_name='封存时间')),
            ],
            options={
                'verbose_name': '每日封存',
                'verbose_name_plural': '每日封存',
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=foundation.audit.models.ClockTimestamp(), verbose_name='时间')),
                ('action', models.CharField(help_text='写法：应用.对象.动作。', max_length=100, verbose_name='操作')),
                ('object_type', models.CharField(blank=True, max_length=100, verbose_name='对象类型')),
                ('object_id', models.CharField(blank=True, max_length=100, verbose_name='对象编号')),
                ('object_label', models.CharField(blank=True, help_text='记录当时的名称，已脱敏。', max_length=200, verbose_name='对象名称')),
                ('reason', models.TextField(blank=True, verbose_name='原因')),
                ('data', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='详情')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='请求编号')),
                ('actor', models.ForeignKey(blank=True, db_index=False, help_text='由系统自动完成的操作留空。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
                ('on_behalf_of', models.ForeignKey(blank=True, db_index=False, help_text='窗口代办时，记录被代办的人。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='代谁办理')),
            ],
            options={
                'verbose_name': '操作记录',
                'verbose_name_plural': '操作记录',
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='提交当日，按北京时间。', verbose_name='日期')),
                ('number', models.PositiveIntegerField(verbose_name='当日序号')),
                ('previous', models.BinaryField(max_length=32, verbose_name='上一条摘要')),
                ('digest', models.BinaryField(max_length=32, verbose_name='本条摘要')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='audit.auditevent', verbose_name='操作记录')),
            ],
            options={
                'verbose_name': '链条',
                'verbose_name_plural': '链条',
            },
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['at'], name='audit_event_by_time'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['actor', 'at'], name='audit_event_by_actor'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['object_type', 'object_id'], name='audit_event_by_object'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(condition=models.Q(('on_behalf_of__isnull', False)), fields=['on_behalf_of', 'at'], name='audit_event_on_behalf'),
        ),
        migrations.AddConstraint(
            model_name='auditevent',
            constraint=models.CheckConstraint(condition=models.Q(('action__regex', '^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$')), name='audit_action_has_three_parts'),
        ),
        migrations.AddConstraint(
            model_name='auditlink',
            constraint=models.UniqueConstraint(fields=('day', 'number'), name='audit_link_number_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='auditlink',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='audit_link_numbers_begin_with_one'),
        ),
        append_only("audit_auditevent"),
        append_only("audit_auditlink"),
        append_only("audit_auditdayhead"),
        migrations.RunSQL(CHAIN, NO_CHAIN),
    ]
