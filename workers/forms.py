"""Forms of the person's file: what all share, and those of her own pages. They check words; services decide."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError
from workers.districts import district_choices
from workers.files import FILE_CODES
from workers.identity import Checked, Repair, account_number_check, credit_code_check, id_number_check, name_check
from workers.selectors import groups_in_force
from workers.services import JobEntry, SchoolEntry
from workers.states import ContractKind, EducationLevel

PICTURES = "image/jpeg,image/png"
PAPERS = "image/jpeg,image/png,application/pdf"


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is nothing; ``None`` when nothing was sent."""
    return request.POST if request.method == "POST" else None


class RepairingForm(forms.Form):
    """A form whose fields are judged by a check that repairs; ``repairs`` says what was put right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repairs: list[Repair] = []

    def checked(self, checked: Checked) -> str:
        """The value as kept; the field's errors otherwise."""
        if checked.errors:
            raise forms.ValidationError(list(checked.errors))
        self.repairs += [repair for repair in checked.repairs if repair not in self.repairs]
        return checked.value

    def refuse(self, refusal: DomainError) -> None:
        """Show a service's refusal at the field it is about, else above the form."""
        field = FIELD_OF_CODE.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)


FIELD_OF_CODE = {
    "evidence_missing": "evidence",
    "account_invalid": "account",
    "before_birth": "starts_on",
    "credit_code_invalid": "employer_credit_code",
    "district_unknown": "district_code",
    "end_before_start": "ends_on",
    "group_unknown": "group_code",
    "id_number_invalid": "id_number",
    "month_in_future": "ends_on",
    "name_invalid": "name",
    "number_taken": "id_number",
    "overlap": "starts_on",
    "reason_missing": "reason",
    "same_phone": "phone",
    "starts_in_future": "starts_on",
    "too_young": "starts_on",
} | dict.fromkeys(FILE_CODES, "evidence")


def missing(words: Any) -> dict[str, Any]:
    """The sentence for a field left empty."""
    return {"required": words, "invalid": words}


class IdentityForm(RepairingForm):
    name = forms.CharField(
        label=_("姓名"),
        help_text=_("和身份证上的一样。"),
        max_length=60,
        strip=False,
        error_messages=missing(_("请填写姓名。")),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=_("身份证号码"),
        help_text=_("18 位。最后一位是 X 的，大写小写都可以。"),
        max_length=40,
        strip=False,
        error_messages=missing(_("请填写身份证号码。")),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_name(self) -> str:
        return self.checked(name_check(self.cleaned_data["name"]))

    def clean_id_number(self) -> str:
        return self.checked(id_number_check(self.cleaned_data["id_number"], on=self.on))


class DistrictForm(RepairingForm):
    district_code = forms.ChoiceField(
        label=_("您现在住在哪个区？"), widget=forms.RadioSelect, error_messages=missing(_("请选择一个区。"))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district_code"].choices = district_choices()  # type: ignore[attr-defined]


class CardForm(RepairingForm):
    account = forms.CharField(
        label=_("社保卡银行账号"),
        help_text=_("在社保卡正面，16 到 19 位数字。不是身份证号码。"),
        max_length=40,
        strip=False,
        error_messages=missing(_("请填写社保卡的银行账号。")),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_account(self) -> str:
        return self.checked(account_number_check(self.cleaned_data["account"]))


class PhotoForm(RepairingForm):
    camera = forms.FileField(
        label=_("现在拍一张"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "user"}),
    )
    album = forms.FileField(
        label=_("从相册里选一张"), required=False, widget=forms.FileInput(attrs={"accept": PICTURES})
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not self.errors and not (answers.get("camera") or answers.get("album")):
            raise forms.ValidationError(_("请拍一张照片，或从相册里选一张。"))
        return answers

    @property
    def upload(self) -> Any:
        return self.cleaned_data["camera"] or self.cleaned_data["album"]


class PeriodForm(RepairingForm):
    starts_on = forms.DateField(
        label=_("从哪一天开始"),
        help_text=_("例如 2024 年 3 月 1 日。记不清哪一天的，填 1 日。"),
        widget=forms.SelectDateWidget,
        error_messages=missing(_("请填写开始的年、月、日。")),
    )
    ends_on = forms.DateField(
        label=_("到哪一天结束"),
        help_text=_("现在还在继续的，不用填。"),
        widget=forms.SelectDateWidget,
        required=False,
        error_messages=missing(_("请填写结束的年、月、日，或全部留空。")),
    )


class EvidenceForm(RepairingForm):
    """A paper that shows what a line says."""

    evidence = forms.FileField(
        label=_("证明材料"),
        help_text=_("拍照或 PDF,10 兆以内。没有也可以先保存，以后到窗口核实。"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PAPERS}),
    )

    @property
    def told(self) -> dict[str, Any]:
        """The answers without the paper."""
        return {name: value for name, value in self.cleaned_data.items() if name != "evidence"}


class AskForm(EvidenceForm):
    """The paper an officer is to look at; the one that is there may stay."""

    def __init__(self, *args: Any, has_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        field.required = not has_paper
        field.error_messages = missing(
            _("请先拍一张证明材料，例如劳动合同、工作证明、毕业证。没有材料的，可以带上原件到窗口核实。")
        )
        field.help_text = _("拍照或 PDF,10 兆以内。字要看得清。")
        if has_paper:
            field.label = _("换一张证明材料")
            field.help_text = _("已经交过一张。要换的再选，不换就直接提交。")


class GroupForm(PeriodForm, EvidenceForm):
    group_code = forms.ChoiceField(
        label=_("您属于哪一类？"), widget=forms.RadioSelect, error_messages=missing(_("请选择一类。"))
    )
    field_order = ["group_code", "starts_on", "ends_on", "evidence"]

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group_code"].choices = [  # type: ignore[attr-defined]
            (group.code, group.name) for group in groups_in_force(on=on)
        ]


class EmploymentForm(PeriodForm, EvidenceForm):
    employer_name = forms.CharField(
        label=_("单位名称"),
        help_text=_("在家庭里干活的，写“家庭雇主”。"),
        max_length=100,
        error_messages=missing(_("请填写单位名称。")),
    )
    employer_credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        help_text=_("在营业执照上，18 位。不知道可以不填。"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    post = forms.CharField(
        label=_("做什么工作"),
        help_text=_("例如：月嫂、保洁、育婴员。"),
        max_length=50,
        error_messages=missing(_("请填写做什么工作。")),
    )
    contract_kind = forms.ChoiceField(
        label=_("签的是什么"),
        choices=ContractKind.choices,
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择一项。")),
    )
    field_order = ["employer_name", "employer_credit_code", "post", "contract_kind", "starts_on", "ends_on", "evidence"]

    def clean_employer_credit_code(self) -> str:
        code = self.cleaned_data["employer_credit_code"]
        return self.checked(credit_code_check(code)) if code else ""

    @property
    def entry(self) -> JobEntry:
        return JobEntry(**self.told)


class EducationForm(PeriodForm, EvidenceForm):
    level = forms.ChoiceField(
        label=_("文化程度"),
        choices=EducationLevel.choices,
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择一项。")),
    )
    school = forms.CharField(label=_("学校"), max_length=100, error_messages=missing(_("请填写学校名称。")))
    major = forms.CharField(label=_("专业"), max_length=60, required=False)
    field_order = ["level", "school", "major", "starts_on", "ends_on", "evidence"]

    @property
    def entry(self) -> SchoolEntry:
        return SchoolEntry(**self.told)


class EndForm(RepairingForm):
    ends_on = forms.DateField(
        label=_("到哪一天为止"),
        widget=forms.SelectDateWidget,
        error_messages=missing(_("请填写年、月、日。")),
    )


class ReasonForm(RepairingForm):
    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages=missing(_("请写明理由。")),
    )
