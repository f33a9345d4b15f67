"""What is sent to workers' phones about their claims. No name, no account: only the number, the sum and the day."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register


def _text(code: str, title: object, wording: object) -> SmsTemplate:
    return sms_template_register(
        SmsTemplate(code=f"claim_{code}", title=title, wording=wording, ttl_seconds=3 * DAY)  # type: ignore[arg-type]
    )


# By the step that was taken.
TEXTS: dict[str, SmsTemplate] = {
    "submit": _text(
        "submitted",
        _("补贴申领收到通知"),
        _(
            "【巧手】您申领的%(scheme)s已收到，编号 %(number)s，金额 %(amount)s，最迟 %(due)s 审完。"
            "在“我的补贴”里看进度。不是您申领的，请拨打人社部门电话。"
        ),
    ),
    "withdraw": _text(
        "withdrawn",
        _("补贴申领撤回通知"),
        _("【巧手】您的补贴申领 %(number)s 已撤回。申领期限没过的，可以重新申领。"),
    ),
    "return": _text(
        "returned",
        _("补贴申领补正通知"),
        _("【巧手】您的补贴申领 %(number)s 需要补正，请在 %(due)s 前登录平台，在“我的补贴”里按提示补好再提交。"),
    ),
    "resubmit": _text(
        "resubmitted",
        _("补贴申领补正收到通知"),
        _("【巧手】您补正的补贴申领 %(number)s 已收到，最迟 %(due)s 审完。"),
    ),
    "refuse": _text(
        "refused",
        _("补贴申领不予核定通知"),
        _("【巧手】您的补贴申领 %(number)s 没有通过。原因和申诉办法，请登录平台，在“我的补贴”里查看。"),
    ),
    "pass_intake": _text(
        "passed_intake",
        _("补贴申领初审通过通知"),
        _("【巧手】您的补贴申领 %(number)s 初审通过，正在由另一位工作人员复核。"),
    ),
    "pass_review": _text(
        "passed_review",
        _("补贴核定通知"),
        _("【巧手】您的补贴申领 %(number)s 审核通过，核定 %(amount)s，接下来公示。"),
    ),
    "publish": _text(
        "published",
        _("补贴公示通知"),
        _("【巧手】您的补贴申领 %(number)s 正在公示，姓名和证件号码都遮盖了一部分。公示期满没有异议就拨款。"),
    ),
    "dispute": _text(
        "disputed",
        _("补贴异议通知"),
        _("【巧手】有人对您的补贴申领 %(number)s 提出异议，正在核实，请保持电话畅通。"),
    ),
    "dismiss_objection": _text(
        "cleared",
        _("补贴异议核实通知"),
        _("【巧手】您的补贴申领 %(number)s 的异议已核实，不成立，将重新公示。"),
    ),
    "approve": _text(
        "approved",
        _("补贴待拨付通知"),
        _("【巧手】您的补贴申领 %(number)s 公示期满，%(amount)s 最迟 %(due)s 拨付。"),
    ),
    "hold": _text(
        "held",
        _("补贴重新审核通知"),
        _("【巧手】您的补贴申领 %(number)s 要重新审核，最迟 %(due)s 审完。原因请登录平台，在“我的补贴”里查看。"),
    ),
    "send": _text(
        "sent",
        _("补贴送银行通知"),
        _("【巧手】您的补贴申领 %(number)s，%(amount)s 已送银行，到账后再通知您。"),
    ),
    "pay": _text(
        "paid",
        _("补贴到账通知"),
        _("【巧手】您的补贴 %(amount)s 已于 %(paid)s 到账，申领编号 %(number)s。请查看您的社保卡或银行卡。"),
    ),
    "bounce": _text(
        "bounced",
        _("补贴退回通知"),
        _("【巧手】您的补贴 %(amount)s 被银行退回，申领编号 %(number)s。请登录平台，在“我的补贴”里更正收款账户。"),
    ),
    "repair": _text(
        "repaired",
        _("补贴账户更正通知"),
        _("【巧手】您的补贴申领 %(number)s 收款账户已更正，最迟 %(due)s 重新拨付。不是您更正的，请拨打人社部门电话。"),
    ),
    "reopen": _text(
        "reopened",
        _("补贴申诉成立通知"),
        _("【巧手】您对补贴申领 %(number)s 的申诉成立，重新审核，最迟 %(due)s 审完。"),
    ),
}
# Once, when the days for a correction are nearly over.
CORRECT_SOON = _text(
    "correct_soon",
    _("补贴补正快到期通知"),
    _(
        "【巧手】您的补贴申领 %(number)s 还没有补正，请在 %(due)s 前登录平台，在“我的补贴”里补好。"
        "不会操作的，请到服务窗口。"
    ),
)
TEXTS["uphold_objection"] = TEXTS["refuse"]
APPEAL_MADE = _text(
    "appeal_made",
    _("补贴申诉收到通知"),
    _("【巧手】您对补贴申领 %(number)s 的申诉已收到，由没有办过这件事的工作人员答复，请在“我的补贴”里看结果。"),
)
