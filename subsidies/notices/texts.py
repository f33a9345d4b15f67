"""What is sent to phones about notices: where to look and until when, never what somebody said against whom."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

CLAIM_SHOWN = sms_template_register(
    SmsTemplate(
        code="subsidy_notice_shown",
        title=_("补贴公示通知"),
        wording=_(
            "【巧手】您申领的“%(scheme)s”（%(number)s）审核通过，今天起公示（%(notice)s），公示到 %(until)s。"
            "公示期间没有异议，就进入拨付，您不用再办手续。"
        ),
        ttl_seconds=3 * DAY,
    )
)
CLAIM_DISPUTED = sms_template_register(
    SmsTemplate(
        code="subsidy_notice_disputed",
        title=_("补贴公示异议通知"),
        wording=_(
            "【巧手】公示期间有人对您的补贴申领（%(number)s）提出异议，我们正在核实，最晚 %(until)s 有结果。"
            "需要您配合时会联系您，请不要向任何人转账。"
        ),
        ttl_seconds=3 * DAY,
    )
)
CLAIM_AFTER_OBJECTION = sms_template_register(
    SmsTemplate(
        code="subsidy_objection_settled",
        title=_("补贴公示异议结果通知（申领人）"),
        wording=_(
            "【巧手】您的补贴申领（%(number)s）的异议核实完了，结果：%(outcome)s。登录平台“我的补贴”可以看到说明。"
        ),
        ttl_seconds=3 * DAY,
    )
)
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
