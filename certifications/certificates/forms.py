"""Forms of training certificates. They check words; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.certificates.states import DoubtCategory
from foundation.privacy.states import Purpose
from workers.forms import ReasonForm, missing

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IssueForm(forms.Form):
    """The day that is printed."""

    issued_on = forms.DateField(
        label=gettext_lazy("发证日期"),
        help_text=gettext_lazy("印在证书上的日期，不早于结业和成绩确定的日期，也不晚于今天。"),
        widget=DAY,
        error_messages=missing(gettext_lazy("请填写发证日期，例如 2026-11-23。")),
    )


class TakeForm(forms.Form):
    """What a file is needed for."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("用途"),
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择用途。")),
    )
    note = forms.CharField(label=gettext_lazy("补充说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Purpose.choices if value != Purpose.OWN_DATA
        ]


class ClassFilesForm(forms.Form):
    """What the files of a class are needed for."""

    note = forms.CharField(
        label=gettext_lazy("用途"),
        help_text=gettext_lazy("例如：打印后发给学员。用途会写入操作记录，学员本人也看得到。"),
        max_length=200,
        error_messages=missing(gettext_lazy("请写明用途。")),
    )


class SuspendForm(ReasonForm):
    category = forms.ChoiceField(
        label=gettext_lazy("原因类别"),
        help_text=gettext_lazy("查验证书的人看得到这一项。"),
        choices=DoubtCategory.choices,
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择原因的类别。")),
    )
    field_order = ["category", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("具体原因")
        self.fields["reason"].help_text = _("只有工作人员看得到。")


class RevokeForm(SuspendForm):
    decision_number = forms.CharField(
        label=gettext_lazy("撤销决定书文号"),
        help_text=gettext_lazy("例如：厦人社撤〔2026〕3号。查验证书的人看得到。"),
        max_length=60,
        error_messages=missing(gettext_lazy("请填写撤销决定书的文号。")),
    )
    field_order = ["category", "decision_number", "reason"]


class FollowForm(ReasonForm):
    """Why a new certificate takes the place of the old one, and the day printed on it."""

    issued_on = IssueForm.base_fields["issued_on"]
    field_order = ["reason", "issued_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("原因")
        self.fields["issued_on"].label = _("新证书的发证日期")


class AnswerForm(forms.Form):
    """What the second officer says."""

    confirm = forms.ChoiceField(
        label=gettext_lazy("复核结论"),
        choices=[("yes", gettext_lazy("同意撤销")), ("no", gettext_lazy("不予撤销"))],
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择复核结论。")),
    )
    answer = forms.CharField(
        label=gettext_lazy("复核意见"),
        help_text=gettext_lazy("不予撤销的，请写明原因。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )
