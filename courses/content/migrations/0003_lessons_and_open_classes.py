import django.db.models.deletion
import wagtail.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0002_videos_and_question_banks'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ParentClassIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('intro', models.CharField(blank=True, max_length=200, verbose_name='说明')),
            ],
            options={
                'verbose_name': '父母课堂栏目',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ParentClassPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('summary', models.CharField(help_text='一句话说明学什么、适合哪些家庭。', max_length=200, verbose_name='简介')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('video', 2)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': '小标题', 'max_length': 60}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'ol', 'ul', 'link'], 'icon': 'pilcrow', 'label': '正文'}), 2: ('courses.content.choosers.VideoChooserBlock', (), {'icon': 'media', 'label': '视频'})}, verbose_name='内容')),
            ],
            options={
                'verbose_name': '父母课堂',
                'verbose_name_plural': '父母课堂',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.AddField(
            model_name='coursepage',
            name='lessons',
            field=wagtail.fields.StreamField([('video', 9), ('article', 15), ('quiz', 20), ('practical', 23)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': '课时标题', 'max_length': 100}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [], 'label': '学习单元'}), 2: ('courses.content.choosers.VideoChooserBlock', (), {'label': '视频'}), 3: ('wagtail.blocks.IntegerBlock', (), {'help_text': '45 分钟是一学时；留空按视频长度，不能比视频长。填 0 表示不计学时。', 'label': '最多计多少分钟学时', 'max_value': 600, 'min_value': 0, 'required': False}), 4: ('courses.content.choosers.QuestionBankChooserBlock', (), {'help_text': '不选题库，就不用测验。', 'label': '题库', 'required': False}), 5: ('wagtail.blocks.IntegerBlock', (), {'default': 5, 'label': '抽几道题', 'max_value': 100, 'min_value': 1, 'required': False}), 6: ('wagtail.blocks.IntegerBlock', (), {'help_text': '留空按平台规则。', 'label': '及格线（百分之几）', 'max_value': 100, 'min_value': 1, 'required': False}), 7: ('wagtail.blocks.IntegerBlock', (), {'help_text': '留空不限次数。', 'label': '可以考几次', 'max_value': 99, 'min_value': 1, 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('bank', 4), ('count', 5), ('pass_points', 6), ('attempts', 7)]], {}), 9: ('wagtail.blocks.StructBlock', [[('title', 0), ('unit', 1), ('video', 2), ('credited_minutes', 3), ('check', 8)]], {}), 10: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': '小标题', 'max_length': 60}), 11: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'ol', 'ul', 'link'], 'icon': 'pilcrow', 'label': '正文'}), 12: ('wagtail.blocks.StreamBlock', [[('heading', 10), ('paragraph', 11)]], {}), 13: ('wagtail.blocks.IntegerBlock', (), {'help_text': '留空按字数估算，每分钟 200 字。', 'label': '阅读时间（秒）', 'max_value': 36000, 'min_value': 1, 'required': False}), 14: ('wagtail.blocks.IntegerBlock', (), {'help_text': '45 分钟是一学时；留空按阅读时间。填 0 表示不计学时。', 'label': '最多计多少分钟学时', 'max_value': 600, 'min_value': 0, 'required': False}), 15: ('wagtail.blocks.StructBlock', [[('title', 0), ('unit', 1), ('body', 12), ('seconds', 13), ('credited_minutes', 14), ('check', 8)]], {}), 16: ('courses.content.choosers.QuestionBankChooserBlock', (), {'label': '题库'}), 17: ('wagtail.blocks.IntegerBlock', (), {'default': 10, 'label': '抽几道题', 'max_value': 100, 'min_value': 1}), 18: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': '交卷后显示答案和解析', 'required': False}), 19: ('wagtail.blocks.IntegerBlock', (), {'help_text': '测验一般不计学时，可以留空。', 'label': '最多计多少分钟学时', 'max_value': 600, 'min_value': 0, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('title', 0), ('unit', 1), ('bank', 16), ('count', 17), ('pass_points', 6), ('attempts', 7), ('shows_feedback', 18), ('credited_minutes', 19)]], {}), 21: ('wagtail.blocks.DecimalBlock', (), {'decimal_places': 1, 'help_text': '每学时 45 分钟，可以填半学时。到课签到后计学时。', 'label': '学时', 'max_value': Decimal('99'), 'min_value': Decimal('0.5')}), 22: ('wagtail.blocks.TextBlock', (), {'label': '练什么、怎么练', 'required': False, 'rows': 3}), 23: ('wagtail.blocks.StructBlock', [[('title', 0), ('unit', 1), ('hours', 21), ('content', 22)]], {})}, verbose_name='课时'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='bank',
            field=models.ForeignKey(blank=True, help_text='已发布的课程用到的题库不能删除。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='content.questionbank', verbose_name='题库'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='video',
            field=models.ForeignKey(blank=True, help_text='已发布的课程用到的视频不能删除。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='content.video', verbose_name='视频'),
        ),
    ]
