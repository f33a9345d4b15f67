"""What the desktop calls the acts of residency in the audit trail."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ACTIONS: "dict[str, StrPromise]" = {
    "routes.pack.loaded": _("载入落户办法"),
    "routes.pack.drafted": _("起草落户办法"),
    "routes.pack.redrafted": _("修改落户办法草稿"),
    "routes.pack.published": _("发布落户办法"),
    "routes.pack.draft_withdrawn": _("撤回落户办法草稿"),
    "routes.estimate.saved": _("保存落户自测"),
    "routes.estimate.forgotten": _("删除落户自测"),
    "routes.answers.saved": _("保存自测回答"),
    "routes.answers.forgotten": _("删除自测回答"),
    "evidence.pack.sent": _("发送证明材料"),
    "evidence.pack.delivered": _("证明材料送达"),
    "evidence.pack.accepted": _("证明材料被采用"),
    "evidence.pack.refused": _("证明材料被退回"),
    "evidence.pack.superseded": _("证明材料换成新版本"),
    "evidence.pack.cancelled": _("取消发送证明材料"),
    "evidence.pack.withdrawn": _("证明材料因撤回授权停用"),
    "evidence.withdrawal.ordered": _("通知接收方删除证明材料"),
    "evidence.withdrawal.confirmed": _("接收方确认删除证明材料"),
}
