"""What is sent to a claimant's phone by the desk: that there is an answer and where to read it, never what it says."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

APPEAL_REJECTED = sms_template_register(
    SmsTemplate(
        code="claim_appeal_rejected",
        title=_("补贴申诉答复通知"),
        wording=_("【巧手】您对补贴申领 %(number)s 的申诉有答复了：维持原决定。登录平台“我的补贴”可以看到理由。"),
        ttl_seconds=3 * DAY,
    )
)
