"""The columns of the lists of payments."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from foundation.crypto.masking import mask_name
from foundation.desk import NUMBER, MomentColumn, TagColumn
from subsidies.claims.models import Claim
from subsidies.payments.models import BankReturn, PaymentBatch
from subsidies.payments.rules import amount_text
from subsidies.payments.states import TONES
from subsidies.schemes.states import Payee

RETURN_TONES = {"read": "success", "stopped": "error"}


class AmountColumn(tables.Column):
    """Fen as yuan with two decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, attrs=NUMBER, **kwargs)

    def render(self, value: int) -> str:
        return amount_text(value)


class BatchTable(tables.Table):
    number = tables.Column(verbose_name=_("批次号"), linkify=("payment_batch", [tables.A("pk")]))
    fund = tables.Column(verbose_name=_("资金来源"))
    lines_count = tables.Column(verbose_name=_("笔数"), attrs=NUMBER)
    total_fen = AmountColumn(verbose_name=_("金额（元）"))
    built_at = MomentColumn(verbose_name=_("编制"))
    sent_at = MomentColumn(verbose_name=_("送银行"))
    state = TagColumn(verbose_name=_("状态"), tones=dict(TONES))

    class Meta:
        model = PaymentBatch
        fields = ("number", "fund", "lines_count", "total_fen", "built_at", "sent_at", "state")
        order_by = "-number"
        attrs = {"caption": _("拨付批次")}


class ReturnTable(tables.Table):
    read_at = MomentColumn(verbose_name=_("导入时间"), linkify=("payment_return", [tables.A("pk")]))
    batch = tables.Column(verbose_name=_("批次号"), order_by=("batch__number",), default="")
    paid_count = tables.Column(verbose_name=_("成功"), attrs=NUMBER)
    failed_count = tables.Column(verbose_name=_("失败"), attrs=NUMBER)
    read_by = tables.Column(verbose_name=_("导入人"), orderable=False)
    state = TagColumn(verbose_name=_("状态"), tones=RETURN_TONES)

    class Meta:
        model = BankReturn
        fields = ("read_at", "batch", "paid_count", "failed_count", "read_by", "state")
        order_by = "-read_at"
        attrs = {"caption": _("回盘文件")}


class FailureTable(tables.Table):
    number = tables.Column(verbose_name=_("申领编号"), linkify=("payment_failure", [tables.A("pk")]))
    name = tables.Column(verbose_name=_("收款人"), empty_values=(), orderable=False)
    amount_fen = AmountColumn(verbose_name=_("金额（元）"))
    bank_reason = tables.Column(verbose_name=_("银行说的原因"))
    batch_number = tables.Column(verbose_name=_("批次号"))
    failed_at = MomentColumn(verbose_name=_("退回时间"))
    turn = tables.Column(verbose_name=_("等谁办理"), empty_values=(), orderable=False)

    class Meta:
        model = Claim
        fields = ("number", "name", "amount_fen", "bank_reason", "batch_number", "failed_at", "turn")
        order_by = "failed_at"
        attrs = {"caption": _("银行退回")}
        empty_text = _("没有银行退回、还没有更正的申领。")

    def render_name(self, record: Claim) -> str:
        if record.payee == Payee.SCHOOL and record.school is not None:
            return str(record.school)
        return mask_name(record.worker.name)

    def render_turn(self, record: Claim) -> Any:
        if record.payee == Payee.SCHOOL:
            return _("培训机构登记新账户")
        return _("本人更正账户（已发短信）")
