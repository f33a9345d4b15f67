"""What is sent to workers' phones about attendance."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

ATTENDANCE_LOW = sms_template_register(
    SmsTemplate(
        code="attendance_low",
        title=_("出勤率偏低提醒"),
        wording=_(
            "【巧手】您在“%(class_run)s”的出勤率是百分之 %(rate)s，低于要求的百分之 %(least)s。"
            "请尽快联系学校安排补课，补上就算数。"
        ),
        ttl_seconds=3 * DAY,
    )
)
ATTENDANCE_CORRECTED = sms_template_register(
    SmsTemplate(
        code="attendance_corrected",
        title=_("考勤更正通知"),
        wording=_(
            "【巧手】您在“%(class_run)s” %(day)s 的考勤改成了“%(state)s”。"
            "如果不对，请联系学校，登录平台可以看到更正的原因。"
        ),
        ttl_seconds=3 * DAY,
    )
)
