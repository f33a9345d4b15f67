"""Forms of certificates from elsewhere: hers in plain words, the desk's for what was found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certifications.certificates.level_forms import LEVELS, NUMBER, needed
from certifications.certificates.prior_rules import PriorEntry
from certifications.certificates.states import PriorKind, PriorState
from foundation.errors import DomainError
from workers.files import FILE_CODES

PICTURES = "image/jpeg,image/png,application/pdf"
FOUND = (PriorState.CONFIRMED, PriorState.NOT_MATCHED, PriorState.NOT_FOUND)
FIELD_OF_CODE = {
    "kind": "kind",
    "title": "title",
    "issuer_name": "issuer_name",
    "level": "level",
    "number": "number",
    "declared": "number",
    "recorded": "number",
    "number_of_another": "outcome",
    "issued_on": "issued_on",
    "evidence_missing": "evidence",
    "screenshot_missing": "screenshot",
    "note_missing": "note",
}


class PriorForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("是哪一种证书？"),
        help_text=_("看证书封面上的名称。"),
        choices=PriorKind.choices,
        widget=forms.RadioSelect,
        error_messages=needed(_("请选择证书的种类。")),
    )
    title = forms.CharField(
        label=_("职业或项目名称"),
        help_text=_("照证书抄写，例如：育婴员。"),
        max_length=60,
        widget=forms.TextInput(attrs={"size": "30"}),
        error_messages=needed(_("请填写证书上的职业或项目名称。")),
    )
    level = forms.TypedChoiceField(
        label=_("等级"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("没有等级")), *LEVELS],
        help_text=_("专项职业能力证书没有等级。"),
    )
    number = forms.CharField(
        label=_("证书编号"),
        help_text=_("照证书抄写。技能等级证书是 22 位，职业资格证书是 16 位。"),
        max_length=60,
        error_messages=needed(_("请填写证书编号。")),
        widget=forms.TextInput(attrs=NUMBER),
    )
    issuer_name = forms.CharField(
        label=_("发证机构"),
        help_text=_("证书上盖章的单位。"),
        max_length=100,
        widget=forms.TextInput(attrs={"size": "30"}),
        error_messages=needed(_("请填写发证机构。")),
    )
    issued_on = forms.DateField(
        label=_("发证日期"),
        widget=forms.SelectDateWidget,
        error_messages=needed(_("请填写发证的年、月、日。")),
    )
    evidence = forms.FileField(
        label=_("证书照片"),
        help_text=_("把证书放平，拍清楚字和照片。10 兆以内。"),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
        error_messages=needed(_("请拍一张证书的照片。")),
    )

    def __init__(self, *args: Any, years: range, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].widget = forms.SelectDateWidget(years=years)

    @property
    def entry(self) -> PriorEntry:
        return PriorEntry(**{name: value for name, value in self.cleaned_data.items() if name != "evidence"})

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal at the field it is about, else above."""
        field = "evidence" if refusal.code in FILE_CODES else FIELD_OF_CODE.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)


class PriorCheckForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("核验结果"),
        choices=[(str(state), state.label) for state in FOUND],
        widget=forms.RadioSelect,
        error_messages=needed(_("请选择核验结果。")),
    )
    screenshot = forms.FileField(
        label=_("查询截图"),
        required=False,
        help_text=_("全国联网查询的结果页。相符的必须上传；核对原件的，在说明中写明。"),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("本人会看到。不符的写明哪里不符，没有查到的写明查了哪里。"),
    )

    def refuse(self, refusal: DomainError) -> None:
        field = "screenshot" if refusal.code in FILE_CODES else FIELD_OF_CODE.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)
