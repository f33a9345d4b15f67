"""What is sent to candidates' phones."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

TICKET_READY = sms_template_register(
    SmsTemplate(
        code="assessment_ticket_ready",
        title=_("准考证通知"),
        wording=_(
            "【巧手】您报的考核安排好了：%(when)s，地点：%(place)s。准考证号 %(ticket)s。"
            "请带身份证原件，提前半小时到。登录平台“我的考试”可以看准考证。"
        ),
        ttl_seconds=3 * DAY,
    )
)
PLAN_CANCELLED = sms_template_register(
    SmsTemplate(
        code="assessment_cancelled",
        title=_("考核取消通知"),
        wording=_("【巧手】您报的“%(plan)s”取消了，原因：%(reason)s。请不要前往考场。有疑问请联系%(organiser)s。"),
        ttl_seconds=7 * DAY,
    )
)
