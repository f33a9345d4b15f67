"""What the desktop calls the acts of subsidies in the audit trail."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ACTIONS: "dict[str, StrPromise]" = {
    "ledger.budget.allotted": _("登记预算"),
    "notices.notice.published": _("发布补贴公示"),
    "notices.notice.prolonged": _("顺延补贴公示期限"),
    "notices.notice.closed": _("补贴公示期满办结"),
    "notices.notice.printed": _("下载补贴公示文件"),
    "notices.objection.made": _("收到公示异议"),
    "notices.objection.answered": _("答复公示异议"),
    "notices.objection.evidence_read": _("查看公示异议的证明材料"),
    "ledger.budget.exported": _("导出资金台账"),
    "claims.claim.prepared": _("准备补贴申领"),
    "claims.claim.submitted": _("提交补贴申领"),
    "claims.claim.withdrawn": _("撤回补贴申领"),
    "claims.claim.passed_intake": _("补贴申领初审通过"),
    "claims.claim.returned": _("退回补贴申领补正"),
    "claims.claim.resubmitted": _("补正后重新提交补贴申领"),
    "claims.claim.refused": _("补贴申领不予核定"),
    "claims.claim.passed_review": _("补贴申领复核通过"),
    "claims.claim.published": _("公示补贴申领"),
    "claims.claim.disputed": _("补贴申领因异议移出公示"),
    "claims.claim.cleared": _("补贴申领异议不成立"),
    "claims.claim.approved": _("补贴申领公示期满"),
    "claims.claim.held": _("补贴申领退回复核"),
    "claims.claim.batched": _("补贴申领编入拨付批次"),
    "claims.claim.unbatched": _("补贴申领移出拨付批次"),
    "claims.claim.sent": _("补贴送银行"),
    "claims.claim.paid": _("补贴到账"),
    "claims.claim.bounced": _("补贴被银行退回"),
    "claims.claim.repaired": _("更正补贴收款账户"),
    "claims.claim.reopened": _("申诉成立后重新办理补贴申领"),
    "claims.appeal.answered": _("答复补贴申诉"),
    "claims.appeal.paper_opened": _("查看补贴申诉的证明材料"),
    "claims.paper.opened": _("查看补贴申领的材料"),
    "registers.register.opened": _("登记比对名册"),
    "registers.register.put_in_force": _("启用比对名册"),
    "registers.register.withdrawn": _("撤回比对名册"),
    "checks.run.made": _("拨付前核查"),
    "checks.finding.cleared": _("核实核查结果"),
}
