"""Forms of the schools' desk. They check words; services decide."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel, TrainingKind
from courses.schools.files import ACCEPTED
from courses.schools.models import Premises, Teacher
from courses.schools.rules import DAYS, FIELD_LABELS, FIELDS, LONGEST, OPTIONAL, Problem, day_read
from courses.schools.services import PremisesEntry, QualificationEntry, ScopeLine, TeacherEntry
from courses.schools.states import ApplicationKind, PaperKind, PremisesKind, TeacherKind
from foundation.accounts.models import Membership, User
from foundation.forms import RefusableForm
from workers.districts import OUTSIDE, district_choices

FIELD_OF_CODE = {
    "id_number_invalid": "id_number",
    "teacher_known": "id_number",
    "premises_known": "name",
    "name_missing": "name",
    "end_before_start": "ends_on",
    "ends_outside": "ends_on",
    "reason_missing": "reason",
    "seats_unlikely": "seats",
    "district_unknown": "district_code",
    "user_name_shape": "username",
    "user_name_taken": "username",
    "account_of_another": "account",
    "level_missing": "level",
    "level_unwanted": "level",
    "level_not_in_standard": "level",
    "work_type_of_other": "work_type",
}
HINTS = {
    "short_name": _("用于班次名称，例如“鹭岛家政”。"),
    "contact_phone": _("对外公布的办公电话，不要写个人手机。"),
    "licensed_until": _("许可证上没有截止日期的，不填。"),
    "scope_until": _("不晚于许可证的截止日期。"),
    "note": _("需要说明的事，例如变更的内容和原因。"),
}


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is nothing; ``None`` when nothing was sent."""
    return request.POST if request.method == "POST" else None


def needed(words: Any) -> dict[str, Any]:
    """The sentence for a field left empty or not understood."""
    return {"required": words, "invalid": words, "invalid_choice": words}


def day_field(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    """A day; without JavaScript or a date picker it can be typed."""
    words = needed(_("请填写日期，例如 2026-01-31。"))
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget, error_messages=words, **kwargs)


class DeskForm(RefusableForm):
    """A form that shows a service's refusal at the field it is about, else above."""

    field_of_code = FIELD_OF_CODE


class ReasonForm(DeskForm):
    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages=needed(_("请写明理由。")),
        help_text=_("会写入登记历史。请不要写个人信息。"),
    )


class EndForm(ReasonForm):
    ends_on = day_field(_("最后一天"), help_text=_("含当天。"))
    field_order = ["ends_on", "reason"]


class UsernameForm(DeskForm):
    username = forms.CharField(
        label=_("用户名"),
        max_length=30,
        help_text=_("2 到 30 位小写字母、数字、点或横线，以字母开头，例如 huang.ls。"),
        error_messages=needed(_("请填写用户名。")),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ColleagueForm(UsernameForm):
    name = forms.CharField(label=_("姓名"), max_length=50, error_messages=needed(_("请填写姓名。")))
    field_order = ["name", "username"]


class LinkForm(DeskForm):
    account = forms.ModelChoiceField(
        label=_("教师账户"), queryset=User.objects.none(), error_messages=needed(_("请选择账户。"))
    )

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = accounts
        field.label_from_instance = lambda user: f"{user.name}（{user.username}）"


class TeacherForm(DeskForm):
    name = forms.CharField(label=_("姓名"), max_length=30, error_messages=needed(_("请填写姓名。")))
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=40,
        help_text=_("18 位，加密保存，用于识别同一位教师在不同学校任教。"),
        error_messages=needed(_("请填写身份证号码。")),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("专职或兼职"),
        choices=TeacherKind.choices,
        widget=forms.RadioSelect,
        error_messages=needed(_("请选择专职或兼职。")),
    )
    title = forms.CharField(label=_("职称"), max_length=40, required=False)
    subjects = forms.CharField(label=_("担任课程"), max_length=200, required=False)
    starts_on = day_field(_("从哪天起任教"))
    ends_on = day_field(_("到哪天止"), required=False, help_text=_("含当天；长期任教的不填。"))

    def __init__(self, *args: Any, teacher: Teacher | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if teacher is not None:
            self.fields["id_number"].required = False
            self.fields["id_number"].help_text = _("号码不变的不用填；原来的号码加密保存，不显示。")

    def entry(self) -> TeacherEntry:
        return TeacherEntry(**self.cleaned_data)


class QualificationForm(DeskForm):
    occupation = forms.ModelChoiceField(
        label=_("可以教的职业"),
        queryset=Occupation.objects.all(),
        required=False,
        empty_label=_("不限职业"),
        help_text=_("例如教师资格证不限职业。"),
    )
    name = forms.CharField(
        label=_("资格名称"),
        max_length=60,
        help_text=_("例如“育婴员职业技能等级证书”。"),
        error_messages=needed(_("请填写资格名称。")),
    )
    level = forms.CharField(label=_("资格等级"), max_length=20, required=False)
    number = forms.CharField(label=_("证书编号"), max_length=60, required=False, help_text=_("加密保存。"))
    starts_on = day_field(_("从哪天起有效"))
    ends_on = day_field(_("到哪天止"), required=False, help_text=_("含当天；长期有效的不填。"))

    def entry(self) -> QualificationEntry:
        values = dict(self.cleaned_data)
        occupation = values.pop("occupation")
        return QualificationEntry(occupation_id=occupation.pk if occupation else None, **values)


class PremisesForm(DeskForm):
    name = forms.CharField(
        label=_("场所名称"),
        max_length=60,
        help_text=_("例如“莲前校区 301 教室”。"),
        error_messages=needed(_("请填写场所名称。")),
    )
    kind = forms.ChoiceField(
        label=_("场所类别"),
        choices=PremisesKind.choices,
        widget=forms.RadioSelect,
        error_messages=needed(_("请选择场所类别。")),
    )
    address = forms.CharField(
        label=_("地址"),
        max_length=200,
        error_messages=needed(_("请填写地址。")),
        widget=forms.TextInput(attrs={"size": 50}),
    )
    district_code = forms.ChoiceField(label=_("所在区"), error_messages=needed(_("请选择所在区。")))
    seats = forms.IntegerField(
        label=_("座位数"), min_value=1, max_value=2000, error_messages=needed(_("请填写座位数，只写数字。"))
    )
    starts_on = day_field(_("从哪天起可用"))
    ends_on = day_field(_("到哪天止"), required=False, help_text=_("含当天；例如租赁到期日。长期可用的不填。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district_code"].choices = city_districts()  # type: ignore[attr-defined]

    def entry(self) -> PremisesEntry:
        return PremisesEntry(**self.cleaned_data)


def premises_initial(room: Premises) -> dict[str, Any]:
    """The room as the form shows it."""
    columns = ("name", "kind", "address", "district_code", "seats")
    return {name: getattr(room, name) for name in columns} | first_and_last(room.usable)


def teacher_initial(teacher: Teacher) -> dict[str, Any]:
    """The teacher as the form shows her, without her number."""
    return {name: getattr(teacher, name) for name in ("name", "kind", "title", "subjects")} | first_and_last(
        teacher.employed
    )


def first_and_last(days: Any) -> dict[str, date | None]:
    """Both ends of a range as a form has them: included."""
    return {"starts_on": days.lower, "ends_on": date.fromordinal(days.upper.toordinal() - 1) if days.upper else None}


def city_districts() -> list[tuple[str, object]]:
    """Where a school may stand: an empty answer first, and a room may lie outside the city."""
    named = [(code, _("外地（实习基地等）") if code == OUTSIDE else name) for code, name in district_choices()]
    return [("", _("请选择")), *named]


class KindForm(DeskForm):
    kind = forms.ChoiceField(
        label=_("申请什么"), widget=forms.RadioSelect, error_messages=needed(_("请选择申请事项。"))
    )

    def __init__(self, *args: Any, is_registered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label)
            for kind in ApplicationKind
            if (kind != ApplicationKind.REGISTRATION) == is_registered
        ]


class SectionForm(forms.Form):
    """The answers of one section, shown as they were typed. It refuses nothing: what is wrong is said beside it."""

    def __init__(self, *, section: str, answers: Mapping[str, str], problems: list[Problem]) -> None:
        shown = {field: str(answers.get(field, "")) for field in FIELDS[section]}
        super().__init__(data=shown if any(shown.values()) else None, initial=shown)
        for field in FIELDS[section]:
            self.fields[field] = answer_field(field, shown[field])
        if self.is_bound:
            self.full_clean()
            self.errors.clear()
            for problem in problems:
                if problem.field in self.fields:
                    self.add_error(problem.field, problem.text)


def answer_field(field: str, text: str) -> forms.Field:
    """One question of an application. A day that was mistyped stays to be seen, in a plain box."""
    most = LONGEST.get(field, 1000)
    widget: forms.Widget = forms.TextInput(attrs={"maxlength": most, "size": 50 if most > 40 else 30})
    if field == "district_code":
        widget = forms.Select(choices=city_districts())
    elif field == "note":
        widget = forms.Textarea(attrs={"rows": 5})
    elif field in DAYS:
        is_iso = not text or (day_read(text) is not None and len(text) == 10 and text[4] == text[7] == "-")
        widget = forms.TextInput(attrs={"type": "date"} if is_iso else {"placeholder": "2026-01-31"})
    question = forms.CharField(
        label=FIELD_LABELS[field], required=False, widget=widget, help_text=HINTS.get(field, ""), strip=False
    )
    # Only for the words "may be left empty" beside the label: what is missing the rules say.
    question.required = field not in OPTIONAL
    return question


class ScopeLineForm(DeskForm):
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
    kind = forms.ChoiceField(label=_("培训类别"), choices=TrainingKind.choices)
    level = forms.TypedChoiceField(
        label=_("技能等级"),
        choices=[("", _("没有等级")), *SkillLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"prefix": "line"}))
        field: Any = self.fields["work_type"]
        field.label_from_instance = lambda one: f"{one.occupation.name} · {one.name}"

    def line(self) -> ScopeLine:
        values = self.cleaned_data
        work_type = values["work_type"]
        return ScopeLine(values["occupation"].pk, work_type.pk if work_type else None, values["level"], values["kind"])


class PaperForm(DeskForm):
    kind = forms.ChoiceField(label=_("材料类别"), choices=PaperKind.choices)
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,
        error_messages=needed(_("请选择文件。")),
        help_text=_("PDF 或 JPG、PNG 图片，不超过 10 MB。证照拍照上传也可以。"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class MemberEndForm(ReasonForm):
    membership = forms.ModelChoiceField(
        label=_("终止谁的账户"), queryset=Membership.objects.none(), error_messages=needed(_("请选择人员。"))
    )
    field_order = ["membership", "reason"]

    def __init__(self, *args: Any, held: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["membership"]
        field.queryset = held
        field.label_from_instance = lambda one: f"{one.user.name}（{one.user.username}）"
