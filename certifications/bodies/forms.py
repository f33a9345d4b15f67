"""Forms of the bodies' desks. They check words; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.bodies.rules import (
    NUMBERED_LEVELS,
    AssessorEntry,
    BodyFacts,
    QualificationEntry,
    ScopeLine,
    last_day,
)
from certifications.bodies.states import BodyKind
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from courses.schools.forms import DeskForm, LinkForm, day_field, needed
from foundation.accounts.models import Organisation
from foundation.errors import DomainError
from workers.districts import OUTSIDE, district_choices

FIELD_OF_CODE = {
    "assessor_known": "id_number",
    "basis_missing": "basis",
    "codes_in_use": "serial",
    "filing_number_missing": "filing_number",
    "filing_taken": "filing_number",
    "level_not_numbered": "level",
    "ministry_code_shape": "ministry_code",
    "outside_filing": "ends_on",
    "prefix_taken": "serial",
    "province_code_shape": "province_code",
    "range_shape": "first",
    "range_taken": "first",
    "registered": "organisation",
    "scope_granted": "starts_on",
    "scope_outside_filing": "filed_until",
    "serial_shape": "serial",
    "year_unlikely": "year",
}
LATIN = {"size": "30", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
WIDE = "50"
DIGITS = {"autocomplete": "off", "inputmode": "numeric"}


class BodyDeskForm(DeskForm):
    """A form that shows a service's refusal at the field it is about, else above."""

    def refuse(self, refusal: DomainError) -> None:
        field = FIELD_OF_CODE.get(refusal.code)
        if field in self.fields:
            self.add_error(field, refusal.message)
        else:
            super().refuse(refusal)


def text_field(label: Any, longest: int, *, hint: Any = "", **attrs: str) -> forms.CharField:
    """A line of text that has to be filled in."""
    widget = forms.TextInput(attrs=attrs)
    words = needed(_("这一栏要填写。"))
    return forms.CharField(label=label, max_length=longest, help_text=hint, error_messages=words, widget=widget)


def city_districts() -> list[tuple[str, object]]:
    """Where a body may stand: an empty answer first, and it may lie outside the city."""
    named = [(code, _("外地") if code == OUTSIDE else name) for code, name in district_choices()]
    return [("", _("请选择")), *named]


class ContactForm(BodyDeskForm):
    address = text_field(_("地址"), 200, size=WIDE)
    district_code = forms.ChoiceField(label=_("所在区"), error_messages=needed(_("请选择所在区。")))
    contact_name = text_field(_("联系人"), 30)
    contact_phone = text_field(_("办公电话"), 30, hint=_("对外公布的办公电话，不要写个人手机。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district_code"].choices = city_districts()  # type: ignore[attr-defined]


class BodyForm(ContactForm):
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=BodyKind.choices,
        widget=forms.RadioSelect,
        help_text=_("证书编号的第一位：用人单位为 Y，社会培训评价组织为 S。"),
        error_messages=needed(_("请选择类别。")),
    )
    short_name = text_field(_("简称"), 30, hint=_("用于考核计划的名称。"))
    filing_number = text_field(_("备案号"), 40, size="40")
    filed_from = day_field(_("备案从哪天起"))
    filed_until = day_field(_("到哪天止"), required=False, help_text=_("含当天；没有截止日期的不填。"))
    ministry_code = text_field(
        _("部级备案代码"),
        4,
        hint=_("首次在部里备案的为 0001 至 9999；首次在省里备案的为 0000。"),
        **DIGITS,
    )
    province_code = text_field(_("省份代码"), 2, hint=_("福建为 35。"), **DIGITS)
    serial = text_field(_("机构（站点）序号"), 6, hint=_("省里给出的六位数字，是证书编号的第 8 至 13 位。"), **DIGITS)
    basis = text_field(_("登记依据"), 200, hint=_("备案文号或通知。会写入登记历史。"), size=WIDE)
    field_order = [
        "organisation", "kind", "short_name", "filing_number", "filed_from", "filed_until", "ministry_code",
        "province_code", "serial", "address", "district_code", "contact_name", "contact_phone", "basis",
    ]  # fmt: skip

    def facts(self) -> BodyFacts:
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"basis", "organisation"}}
        return BodyFacts(**values)


class RegisterForm(BodyForm):
    organisation = forms.ModelChoiceField(
        label=_("单位"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("列表中没有的，请系统管理员先在“机构”里开立单位和账户。"),
        error_messages=needed(_("请选择单位。")),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


def body_initial(body: AssessmentBody) -> dict[str, Any]:
    """A body as the form shows it."""
    columns = (
        "kind", "short_name", "filing_number", "ministry_code", "province_code", "serial", "address", "district_code",
        "contact_name", "contact_phone",
    )  # fmt: skip
    shown = {name: getattr(body, name) for name in columns}
    return shown | {"filed_from": body.filed.lower, "filed_until": last_day(body.filed)}


class ScopeForm(BodyDeskForm):
    occupation = forms.ModelChoiceField(
        label=_("职业"),
        queryset=Occupation.objects.all(),
        empty_label=_("请选择"),
        error_messages=needed(_("请选择职业。")),
    )
    work_type = forms.ModelChoiceField(
        label=_("工种"),
        queryset=WorkType.objects.select_related("occupation"),
        required=False,
        empty_label=_("全部工种"),
    )
    level = forms.TypedChoiceField(
        label=_("技能等级"),
        choices=[("", _("请选择")), *SkillLevel.choices],
        coerce=int,
        error_messages=needed(_("请选择技能等级。")),
    )
    starts_on = day_field(_("从哪天起"))
    ends_on = day_field(_("到哪天止"), required=False, help_text=_("含当天，不晚于备案的截止日期。"))
    basis = text_field(_("备案依据"), 200, hint=_("备案文号或通知。"), size=WIDE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["work_type"]
        field.label_from_instance = lambda one: f"{one.occupation.name} · {one.name}"

    def grant(self) -> dict[str, Any]:
        """What the service takes."""
        values = self.cleaned_data
        work_type = values["work_type"]
        line = ScopeLine(values["occupation"].pk, work_type.pk if work_type else None, values["level"])
        return {"line": line} | {name: values[name] for name in ("starts_on", "ends_on", "basis")}


def level_field(empty: Any, levels: Any = SkillLevel, **kwargs: Any) -> forms.TypedChoiceField:
    """A level that may be left open."""
    choices = [("", empty), *((level.value, level.label) for level in levels)]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False, **kwargs)


class RangeForm(BodyDeskForm):
    year = forms.IntegerField(label=_("年份"), error_messages=needed(_("请填写四位年份，例如 2026。")))
    level = level_field(_("不分等级"), NUMBERED_LEVELS, label=_("技能等级"), help_text=_("按等级分段的才选。"))
    first = forms.IntegerField(
        label=_("起始流水号"), help_text=_("1 到 999999，不用补零。"), error_messages=needed(_("请填写起始流水号。"))
    )
    last = forms.IntegerField(label=_("终止流水号"), error_messages=needed(_("请填写终止流水号。")))
    basis = text_field(_("依据"), 200, hint=_("下达编号段的通知。"), size=WIDE)


class AssessorForm(BodyDeskForm):
    name = text_field(_("姓名"), 30)
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=40,
        help_text=_("18 位，加密保存，用于回避：不得考核自己培训过的人。"),
        error_messages=needed(_("请填写身份证号码。")),
        widget=forms.TextInput(attrs=LATIN),
    )
    card_number = forms.CharField(
        label=_("考评员证编号"),
        max_length=60,
        required=False,
        help_text=_("加密保存。"),
        widget=forms.TextInput(attrs=LATIN),
    )
    title = forms.CharField(label=_("职称或技能等级"), max_length=40, required=False)
    starts_on = day_field(_("从哪天起聘任"))
    ends_on = day_field(_("到哪天止"), required=False, help_text=_("含当天；长期聘任的不填。"))

    def __init__(self, *args: Any, assessor: Assessor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if assessor is not None:
            self.fields["id_number"].required = False
            for name in ("id_number", "card_number"):
                self.fields[name].help_text = _("号码不变的不用填；原来的号码加密保存，不显示。")

    def entry(self) -> AssessorEntry:
        return AssessorEntry(**self.cleaned_data)


def assessor_initial(assessor: Assessor) -> dict[str, Any]:
    """An assessor as the form shows her: no number."""
    days = {"starts_on": assessor.engaged.lower, "ends_on": last_day(assessor.engaged)}
    return {"name": assessor.name, "title": assessor.title} | days


class QualificationForm(BodyDeskForm):
    occupation = forms.ModelChoiceField(
        label=_("可以考评的职业"), queryset=Occupation.objects.all(), required=False, empty_label=_("不限职业")
    )
    highest_level = level_field(
        _("不限等级"), label=_("最高可考等级"), help_text=_("例如选三级，就可以考五级、四级和三级。")
    )
    starts_on = day_field(_("从哪天起有效"))
    ends_on = day_field(_("到哪天止"), required=False, help_text=_("含当天；长期有效的不填。"))

    def entry(self) -> QualificationEntry:
        values = dict(self.cleaned_data)
        occupation = values.pop("occupation")
        return QualificationEntry(occupation_id=occupation.pk if occupation else None, **values)


class AccountLinkForm(LinkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].label = _("考评员账户")
