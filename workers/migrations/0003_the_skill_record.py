"""The skill record: lines the floors above write, with a history that only grows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.database import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('workers', '0002_person_groups_named_by_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SkillRecordEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('training_certificate', '培训合格证书'), ('level_certificate', '职业技能等级证书'), ('special_certificate', '专项职业能力证书'), ('old_qualification', '职业资格证书'), ('training_hours', '培训学时'), ('award', '奖励和竞赛')], max_length=30, verbose_name='种类')),
                ('title', models.CharField(max_length=160, verbose_name='名称')),
                ('occupation_code', models.CharField(blank=True, max_length=12, verbose_name='职业编码')),
                ('occupation_name', models.CharField(blank=True, max_length=60, verbose_name='职业')),
                ('work_type_name', models.CharField(blank=True, max_length=60, verbose_name='工种')),
                ('level', models.PositiveSmallIntegerField(blank=True, help_text='5 至 1 为五级至一级。', null=True, verbose_name='技能等级代码')),
                ('level_name', models.CharField(blank=True, max_length=20, verbose_name='技能等级')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='证书编号')),
                ('issuer_name', models.CharField(blank=True, max_length=120, verbose_name='颁发单位')),
                ('issued_on', models.DateField(verbose_name='颁发日期')),
                ('standing', models.CharField(choices=[('declared', '本人填报'), ('guaranteed', '已核实')], max_length=10, verbose_name='可信程度')),
                ('source', models.CharField(help_text='凭什么记入：发证单位、查询结果或本人填报。', max_length=200, verbose_name='来源')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='核实时间')),
                ('state', models.CharField(choices=[('valid', '有效'), ('suspended', '暂停使用'), ('revoked', '已撤销'), ('corrected', '已更正'), ('replaced', '已换发'), ('withdrawn', '已撤回')], default='valid', max_length=12, verbose_name='状态')),
                ('reference', models.CharField(max_length=80, unique=True, verbose_name='对应记录')),
                ('recorded_at', models.DateTimeField(verbose_name='记入时间')),
                ('confirmed_by', models.ForeignKey(blank=True, help_text='由发证单位直接记入的没有核实人。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核实人')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记入人')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skills', to='workers.worker', verbose_name='从业人员')),
            ],
            options={
                'verbose_name': '技能档案记录',
                'verbose_name_plural': '技能档案记录',
                'ordering': ['-issued_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SkillRecordEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=20, verbose_name='动作')),
                ('source', models.CharField(blank=True, max_length=12, verbose_name='原状态')),
                ('target', models.CharField(max_length=12, verbose_name='新状态')),
                ('standing', models.CharField(choices=[('declared', '本人填报'), ('guaranteed', '已核实')], max_length=10, verbose_name='可信程度')),
                ('before', models.JSONField(default=dict, help_text='被改动的各项原来的内容。', verbose_name='改动前')),
                ('reason', models.TextField(blank=True, verbose_name='原因')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='workers.skillrecordentry', verbose_name='技能档案记录')),
            ],
            options={
                'verbose_name': '技能档案事件',
                'verbose_name_plural': '技能档案事件',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='skillrecordentry',
            index=models.Index(fields=['worker', '-issued_on'], name='skill_entry_by_worker'),
        ),
        migrations.AddIndex(
            model_name='skillrecordentry',
            index=models.Index(condition=models.Q(('number', ''), _negated=True), fields=['number'], name='skill_entry_by_number'),
        ),
        migrations.AddConstraint(
            model_name='skillrecordentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['training_certificate', 'level_certificate', 'special_certificate', 'old_qualification', 'training_hours', 'award'])), name='skill_entry_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='skillrecordentry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['valid', 'suspended', 'revoked', 'corrected', 'replaced', 'withdrawn'])), name='skill_entry_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='skillrecordentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reference', ''), _negated=True), models.Q(('title', ''), _negated=True)), name='skill_entry_says_what'),
        ),
        migrations.AddConstraint(
            model_name='skillrecordentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('standing', 'declared')), models.Q(('confirmed_at__isnull', False), ('standing', 'guaranteed'), models.Q(('source', ''), _negated=True)), _connector='OR'), name='skill_entry_guaranteed_says_when'),
        ),
        migrations.AddIndex(
            model_name='skillrecordevent',
            index=models.Index(fields=['entry', 'at'], name='skill_event_by_entry'),
        ),
        migrations.AddConstraint(
            model_name='skillrecordevent',
            constraint=models.CheckConstraint(condition=models.Q(('target__in', ['valid', 'suspended', 'revoked', 'corrected', 'replaced', 'withdrawn'])), name='skill_event_target_is_known'),
        ),
        append_only("workers_skillrecordevent"),
    ]
