"""Forms of the payments' desk. They check words; services decide."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.forms import RefusableForm
from subsidies.claims.models import Claim
from subsidies.payments.rules.return_file import MOST_BYTES
from subsidies.schemes.states import Fund

FIELD_OF_CODE = {"reason_missing": "reason", "paid_on": "paid_on"}


class PaymentForm(RefusableForm):
    """A form that shows a service's refusal at the field it is about, else above."""

    field_of_code = FIELD_OF_CODE


class ReasonForm(PaymentForm):
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=80,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明原因。")},
    )


class TakeForm(PaymentForm):
    note = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写明用途，例如“送农业银行代发”。")},
        help_text=gettext_lazy("文件里有户名和账号。用途会写入个人信息查看记录，本人能看到。"),
    )


class ReturnForm(PaymentForm):
    file = forms.FileField(
        label=gettext_lazy("回盘文件"),
        error_messages={"required": gettext_lazy("请选择银行的回盘文件。"), "empty": gettext_lazy("文件是空的。")},
        help_text=gettext_lazy("银行给的原文件（GB18030 编码的文本），不要打开后另存。"),
    )
    paid_on = forms.DateField(
        label=gettext_lazy("银行付款日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("不填就是今天。"),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("文件超过 %(size)d MB，不是回盘文件。") % {"size": MOST_BYTES // 1024 // 1024}
            )
        return file


class ChosenForm(PaymentForm):
    """Claims chosen from those that wait."""

    claims = forms.ModelMultipleChoiceField(
        queryset=Claim.objects.none(),
        error_messages={
            "required": gettext_lazy("请至少选一份申领。"),
            "invalid_choice": gettext_lazy("有的申领刚刚被别人编入了批次。请核对后再提交。"),
        },
    )

    def __init__(self, *args: Any, rows: QuerySet[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["claims"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows


class ProofForm(PaymentForm):
    """On what finance sends a payment out again. Numbers are entered by the payee or at the counter, not here."""

    reason = forms.CharField(
        label=gettext_lazy("凭据"),
        max_length=200,
        help_text=gettext_lazy("凭什么再拨付，例如“银行已核实原账户可以入账，2026-11-24 来函”。"),
        error_messages={"required": gettext_lazy("请写明凭据。")},
    )


class PeriodForm(forms.Form):
    """Which batches are reconciled; its answers stand in the address."""

    since = forms.DateField(
        label=gettext_lazy("送银行日期从"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=gettext_lazy("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    fund = forms.ChoiceField(
        label=gettext_lazy("资金来源"), required=False, choices=[("", gettext_lazy("全部")), *Fund.choices]
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        since, until = answers.get("since"), answers.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("结束日期早于开始日期。"))
        return answers
