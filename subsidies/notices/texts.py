"""What is sent to whoever objected: that there is an answer and where, never what was said against whom.

The claimant is told of every step of her claim by the claims themselves.
"""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

OBJECTION_ANSWERED = sms_template_register(
    SmsTemplate(
        code="subsidy_objection_answered",
        title=_("异议答复通知（提出人）"),
        wording=_(
            "【巧手】您对公示 %(notice)s 提出的异议有处理结果了。请打开平台的“补贴公示”，凭您记下的异议编号查看。"
        ),
        ttl_seconds=3 * DAY,
    )
)
