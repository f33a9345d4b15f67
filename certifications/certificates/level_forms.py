"""Forms of level certificates. They check words; services decide."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from certifications.certificates.level_facts import PRINTED_LEVELS, LevelEntry
from certifications.certificates.services.level_life import Correction
from certifications.certificates.states import DoubtCategory
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from foundation.forms import RefusableForm
from workers.identity import id_number_check, name_check

# Wide enough for a whole number at once.
NUMBER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": "30"}
LEVELS = [(int(level), PRINTED_LEVELS[level]) for level in SkillLevel if level in range(1, 6)]
FIELD_OF_CODE = {
    "number_invalid": "number",
    "number_contradicts": "number",
    "number_known": "number",
    "number_of_another": "number",
    "result_certified": "number",
    "serial_same": "print_serial",
    "serial_taken": "print_serial",
    "category_missing": "category",
    "nothing_changed": "",
}


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is nothing; ``None`` when nothing was sent."""
    return request.POST if request.method == "POST" else None


def needed(words: Any) -> dict[str, Any]:
    """The sentence for a field left empty or not understood."""
    return {"required": words, "invalid": words, "invalid_choice": words}


def day_field(label: Any, words: Any, **kwargs: Any) -> forms.DateField:
    """A day; without a date picker it can be typed."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=needed(words), **kwargs)


class DeskForm(RefusableForm):
    """A form that shows a service's refusal at the field it is about, else above."""

    field_of_code = FIELD_OF_CODE


def mark_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=5,
        decimal_places=2,
        error_messages=needed(_("请填写 0 到 100 的数字。")),
    )


class PaperForm(DeskForm):
    """What stands on a certificate besides its number, holder and level."""

    occupation = forms.ChoiceField(label=_("职业"), error_messages=needed(_("请选择职业。")))
    work_type = forms.ChoiceField(label=_("工种/职业方向"), required=False, help_text=_("证书上是“--”的，不选。"))
    issued_on = day_field(_("发证日期"), _("请填写日期，例如 2026-10-08。"))
    theory = mark_field(_("理论知识成绩"))
    practical = mark_field(_("技能操作成绩"))
    review = mark_field(_("综合评审成绩"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        names = list(Occupation.objects.order_by("order", "code").values_list("name", flat=True))
        fields["occupation"].choices = [("", _("请选择")), *((name, name) for name in names)]
        kinds = WorkType.objects.select_related("occupation").order_by("occupation__order", "order", "pk")
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in kinds:
            groups.setdefault(one.occupation.name, []).append((one.name, one.name))
        fields["work_type"].choices = [("", "--"), *groups.items()]


class LevelForm(PaperForm):
    number = forms.CharField(
        label=_("证书编号"),
        max_length=60,
        help_text=_("照证书填写，22 位。空格、横线可有可无。"),
        error_messages=needed(_("请填写证书编号。")),
        widget=forms.TextInput(attrs=NUMBER),
    )
    name = forms.CharField(label=_("姓名"), max_length=60, error_messages=needed(_("请填写姓名。")))
    id_number = forms.CharField(
        label=_("证件号码"),
        max_length=40,
        error_messages=needed(_("请填写身份证号码。")),
        widget=forms.TextInput(attrs=NUMBER),
    )
    level = forms.TypedChoiceField(
        label=_("职业技能等级"),
        coerce=int,
        choices=[("", _("请选择")), *LEVELS],
        error_messages=needed(_("请选择等级。")),
    )
    print_serial = forms.CharField(label=_("印刷流水号"), max_length=30, required=False)
    field_order = [
        "number", "name", "id_number", "occupation", "work_type", "level", "issued_on", "theory", "practical", "review",
        "print_serial",
    ]  # fmt: skip

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_name(self) -> str:
        checked = name_check(self.cleaned_data["name"])
        if checked.errors:
            raise forms.ValidationError(list(checked.errors))
        return checked.value

    def clean_id_number(self) -> str:
        checked = id_number_check(self.cleaned_data["id_number"], on=self.on)
        if checked.errors:
            raise forms.ValidationError(list(checked.errors))
        return checked.value

    @property
    def entry(self) -> LevelEntry:
        return LevelEntry(**self.cleaned_data)


class ReasonForm(DeskForm):
    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages=needed(_("请写明理由。")),
        help_text=_("会写入办理经过。请不要写个人信息。"),
    )


class StopForm(ReasonForm):
    category = forms.ChoiceField(
        label=_("原因类别"),
        choices=DoubtCategory.choices,
        widget=forms.RadioSelect,
        error_messages=needed(_("请选择原因类别。")),
        help_text=_("公开查询页面会显示。"),
    )
    field_order = ["category", "reason"]


class RevokeForm(StopForm):
    decision_number = forms.CharField(
        label=_("决定书文号"), max_length=60, error_messages=needed(_("请填写撤销决定的文号。"))
    )
    field_order = ["category", "decision_number", "reason"]


class CorrectForm(PaperForm, ReasonForm):
    field_order = ["occupation", "work_type", "issued_on", "theory", "practical", "review", "reason"]

    @property
    def correction(self) -> Correction:
        return Correction(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


class ReissueForm(ReasonForm):
    print_serial = forms.CharField(
        label=_("新证书的印刷流水号"), max_length=30, error_messages=needed(_("请填写新证书的印刷流水号。"))
    )
    field_order = ["print_serial", "reason"]
