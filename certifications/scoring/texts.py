"""What is sent to candidates' phones: the outcome and where to look, never the marks."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

RESULT_PUBLISHED = sms_template_register(
    SmsTemplate(
        code="assessment_result",
        title=_("考核成绩公布通知"),
        wording=_(
            "【巧手】“%(plan)s”成绩公布了，您的结果：%(outcome)s。登录平台“我的成绩”看每一部分的成绩；"
            "觉得不对的，最晚 %(until)s 可以在那里申请复核。"
        ),
        ttl_seconds=3 * DAY,
    )
)
RESULT_CHANGED = sms_template_register(
    SmsTemplate(
        code="assessment_result_changed",
        title=_("考核成绩更正通知"),
        wording=_("【巧手】“%(plan)s”您的成绩更正了，现在的结果：%(outcome)s。登录平台“我的成绩”可以看到原因。"),
        ttl_seconds=3 * DAY,
    )
)
APPEAL_KEPT = sms_template_register(
    SmsTemplate(
        code="assessment_appeal_kept",
        title=_("复核答复通知"),
        wording=_("【巧手】您对“%(plan)s”的复核申请有答复了：维持原成绩。登录平台“我的成绩”可以看到说明。"),
        ttl_seconds=3 * DAY,
    )
)
