"""Forms of awards. They check words; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import RefusableForm
from foundation.policy.engine import words
from subsidies.awards.selectors import Programme
from subsidies.awards.services import FilingEntry
from subsidies.awards.states import AwardKind
from workers.forms import PAPERS, missing

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MONTH = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")


class FilingForm(RefusableForm):
    """Of whom, at which grade, since when. ``with_person`` false: for whom it is stays."""

    field_of_code = {
        "worker_unknown": "id_number",
        "own_filing": "id_number",
        "grade_unknown": "grade",
        "certificate_missing": "certificate_number",
        "starts_in_future": "started_on",
        "post_missing": "post",
    }

    name = forms.CharField(label=_("姓名"), max_length=50, error_messages=missing(_("请填写姓名。")))
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages=missing(_("请填写身份证号码。")),
    )
    grade = forms.ChoiceField(label=_("等级或学历"), error_messages=missing(_("请选择等级或学历。")))
    certificate_number = forms.CharField(
        label=_("证书编号"),
        max_length=60,
        required=False,
        help_text=_("照证书填写。提交时平台核对是不是她的有效证书。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    post = forms.CharField(
        label=_("岗位"), max_length=50, help_text=_("例如：养老护理员。"), error_messages=missing(_("请填写岗位。"))
    )
    started_on = forms.DateField(
        label=_("合同开始日期"),
        help_text=_("服务满年从这一天算起。"),
        widget=DAY,
        error_messages=missing(_("请填写合同开始日期。")),
    )

    def __init__(self, *args: Any, programme: Programme, with_person: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        grades = [(grade, words(f"value.{grade}")) for grade, _figure in programme.amounts]
        self.fields["grade"].choices = [("", "—"), *grades]  # type: ignore[attr-defined]
        if programme.kind != AwardKind.LEVEL:
            del self.fields["certificate_number"]
        if not with_person:
            del self.fields["name"], self.fields["id_number"]

    def entry(self) -> FilingEntry:
        data = self.cleaned_data
        return FilingEntry(
            scheme_id=self.programme.scheme.pk,
            grade=data["grade"],
            post=data["post"],
            started_on=data["started_on"],
            certificate_number=data.get("certificate_number", ""),
        )


class LeftForm(RefusableForm):
    field_of_code = {"left_in_future": "left_on", "left_before_start": "left_on"}

    left_on = forms.DateField(
        label=_("离职日期"),
        help_text=_("在岗的最后一天。满年的照发，没满年的以后不再发放。"),
        widget=DAY,
        error_messages=missing(_("请填写离职日期。")),
    )


class StatementForm(RefusableForm):
    field_of_code = {
        "months_order": "last",
        "month_in_future": "last",
        "months_outside": "first",
        "basis_missing": "basis",
    }

    first = forms.DateField(
        label=_("从哪个月"), input_formats=["%Y-%m", "%Y-%m-%d"], widget=MONTH,
        error_messages=missing(_("请填写第一个月。")),
    )  # fmt: skip
    last = forms.DateField(
        label=_("到哪个月"), input_formats=["%Y-%m", "%Y-%m-%d"], widget=MONTH,
        error_messages=missing(_("请填写最后一个月。")),
    )  # fmt: skip
    basis = forms.CharField(
        label=_("凭据"),
        max_length=200,
        help_text=_("例如：工资发放表、考勤表。受理人员会对照核对。"),
        error_messages=missing(_("请写明凭什么。")),
    )


class PaperForm(RefusableForm):
    field_of_code: dict[str, str] = dict.fromkeys(
        ("file_broken", "file_empty", "file_kind", "file_large", "file_unsafe"), "paper"
    )

    paper = forms.FileField(
        label=_("签字的委托书"),
        help_text=_("照片或 PDF，不超过 10 MB。要看得清本人签名和日期。"),
        widget=forms.FileInput(attrs={"accept": PAPERS}),
        error_messages=missing(_("请选择签字的委托书。")),
    )


class ReasonForm(RefusableForm):
    field_of_code = {"reason_missing": "reason"}

    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        help_text=_("单位和本人都会看到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=missing(_("请写明原因。")),
    )


class StatementDecisionForm(RefusableForm):
    field_of_code = {"reason_missing": "reason"}

    is_right = forms.ChoiceField(
        label=_("对照凭据以后"),
        choices=[("yes", _("相符，计入服务月份")), ("no", _("不符，不计入"))],
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择相符还是不符。")),
    )
    reason = forms.CharField(
        label=_("说明"), max_length=300, required=False, help_text=_("不符的，写明哪里不符。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
