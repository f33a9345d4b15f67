"""Forms that only officers fill in. They check words; services decide."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.errors import AccountsError
from foundation.accounts.phones import phone_clean
from foundation.privacy.states import Purpose
from workers.forms import IdentityForm, ReasonForm, RepairingForm, missing
from workers.identity import credit_code_check
from workers.states import InsuranceKind

ONE_TIME_CODE = re.compile("[0-9]{6}")


class SearchForm(forms.Form):
    text = forms.CharField(
        label=_("身份证号码或手机号码"),
        help_text=_("须完整填写；查找内容不会出现在网址和日志中。"),
        max_length=40,
        error_messages=missing(_("请填写完整的身份证号码或手机号码。")),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("为什么要看"), widget=forms.RadioSelect, error_messages=missing(_("请选择用途。"))
    )
    note = forms.CharField(
        label=_("补充说明"), help_text=_("例如业务编号。请不要写个人信息。"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Purpose.choices if value != Purpose.OWN_DATA
        ]


class OverrideForm(ReasonForm):
    decision = forms.ChoiceField(
        label=_("您的结论"),
        choices=[("verify", _("已核对证件，确认是本人")), ("doubt", _("身份存疑，标为不一致"))],
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择结论。")),
    )
    is_account_hers = forms.BooleanField(
        label=_("本人到场，登录手机号码确实是本人的"),
        help_text=_("勾选后，该登录账户可以看到全部档案。"),
        required=False,
    )
    field_order = ["decision", "is_account_hers", "reason"]


class CorrectionForm(IdentityForm, ReasonForm):
    field_order = ["name", "id_number", "reason"]


class ReleaseForm(ReasonForm):
    former = forms.ChoiceField(
        label=_("原登录账户是谁的"),
        choices=[("same", _("本人的，手机丢失或换号")), ("stranger", _("他人冒用"))],
        help_text=_("选“他人冒用”的，该账户填报的照片、社保卡和未核实的内容一并撤销。"),
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择一项。")),
    )
    field_order = ["former", "reason"]


class MonthField(forms.DateField):
    """A month; the value is its first day."""

    input_formats = ["%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y%m"]

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2026-01"})
        super().__init__(widget=widget, input_formats=self.input_formats, **kwargs)


class InsuredMonthsForm(RepairingForm):
    """Months of insurance paid, from one to another."""

    kind = forms.ChoiceField(
        label=_("险种"),
        choices=InsuranceKind.choices,
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择险种。")),
    )
    starts_on = MonthField(
        label=_("从哪个月"),
        help_text=_("例如 2026-01。"),
        error_messages=missing(_("请填写开始的年份和月份，例如 2026-01。")),
    )
    ends_on = MonthField(
        label=_("到哪个月"),
        help_text=_("只有一个月的，填同一个月。"),
        error_messages=missing(_("请填写结束的年份和月份，例如 2026-03。")),
    )
    employer_credit_code = forms.CharField(
        label=_("缴费单位统一社会信用代码"),
        help_text=_("18 位。个人缴费的不用填。"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    is_back_paid = forms.BooleanField(
        label=_("这些月份是事后补缴的"),
        help_text=_("补缴的月份不能证明当时在岗，单独记录，不计入已核实的工作年限。"),
        required=False,
    )
    source = forms.CharField(
        label=_("来源"),
        help_text=_("凭什么登记，例如“社保系统查询”“参保缴费证明”。"),
        max_length=100,
        error_messages=missing(_("请填写来源。")),
    )

    def clean_employer_credit_code(self) -> str:
        code = self.cleaned_data["employer_credit_code"]
        return self.checked(credit_code_check(code)) if code else ""

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        first, last = answers.get("starts_on"), answers.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("结束的月份在开始的月份之前。请检查。"))
        return answers

    @property
    def months(self) -> list[date]:
        """The first days of the months, both ends included."""
        first, last = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]


class NewPhoneForm(ReasonForm):
    """Another number for her account, at the counter."""

    phone = forms.CharField(
        label=_("新的手机号码"),
        max_length=30,
        error_messages=missing(_("请填写新的手机号码。")),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    is_card_seen = forms.BooleanField(
        label=_("已当面核对身份证原件，与档案一致，确认是本人"),
        error_messages=missing(_("请先核对身份证原件，再勾选。")),
    )
    field_order = ["phone", "is_card_seen", "reason"]

    def clean_phone(self) -> str:
        try:
            return phone_clean(self.cleaned_data["phone"])
        except AccountsError as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


class PhoneCodeForm(RepairingForm):
    """What she reads out from the text message on her new phone."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        error_messages=missing(_("请填写短信里的 6 位验证码。")),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        digits = "".join(self.cleaned_data["code"].split())
        if not ONE_TIME_CODE.fullmatch(digits):
            raise forms.ValidationError(_("验证码是 6 位数字，在短信里。请照着填写。"), code="code_shape")
        return digits


class LinkDecisionForm(ReasonForm):
    decision = forms.ChoiceField(
        label=_("您的决定"),
        choices=[("confirm", _("已当面核对身份证，把档案交给这个账户")), ("refuse", _("不予关联"))],
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择决定。")),
    )
    former = forms.ChoiceField(
        label=_("档案原来的登录账户"),
        choices=[("", _("没有")), ("same", _("是本人的旧号码")), ("stranger", _("是他人冒用"))],
        widget=forms.RadioSelect,
        required=False,
    )
    field_order = ["decision", "former", "reason"]
