"""Forms of the desks of class runs: they check words; services decide."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.catalogue.models import PackageUnit
from courses.classes.models import ClassRun, Session
from courses.classes.selectors import versions_to_run
from courses.classes.services.changes import SessionChange
from courses.classes.services.class_runs import ClassDetails
from courses.classes.services.plan import Layout, SessionEntry
from courses.classes.states import MARKABLE, SessionMode
from courses.content.models import CourseVersion
from courses.schools.models import Premises, School, Teacher
from courses.schools.selectors import premises_of, teachers_of
from foundation.errors import DomainError

NOBODY = gettext_lazy("（不选）")
MOST_SEATS = 500


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def missing(words: Any) -> dict[str, Any]:
    return {"required": words, "invalid": words, "invalid_choice": words}


class ServiceForm(forms.Form):
    """A form that shows a service's refusal at the field it is about, else above the form."""

    field_of_code: Mapping[str, str] = {}

    def refuse(self, refusal: DomainError) -> None:
        field = self.field_of_code.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)

    def remark(self, remarks: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """Show what the officer marked beside the fields it is about."""
        for mark, name in fields.items():
            if mark in remarks and name in self.fields:
                field = self.fields[name]
                words = _("审核意见：%(remark)s") % {"remark": remarks[mark]}
                field.help_text = f"{words} {field.help_text}".strip()


class DetailsForm(ServiceForm):
    field_of_code = {
        "ends_before_start": "ends_on",
        "enrols_too_late": "enrols_until",
        "seats_taken": "seats",
        "teacher_unknown": "head_teacher",
    }
    name = forms.CharField(
        label=gettext_lazy("班次名称"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("不填的，按年度、机构简称、职业工种、等级和序号自动取名。"),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("开班日期"), widget=day_input(), error_messages=missing(gettext_lazy("请填写开班日期。"))
    )
    ends_on = forms.DateField(
        label=gettext_lazy("结班日期"), widget=day_input(), error_messages=missing(gettext_lazy("请填写结班日期。"))
    )
    seats = forms.IntegerField(
        label=gettext_lazy("招生人数"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages=missing(gettext_lazy("请填写招生人数。")),
    )
    enrols_until = forms.DateField(
        label=gettext_lazy("本人报名截止日期"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("备案后，从业人员可以自己报名到这一天；只收名册学员的，留空。"),
    )
    head_teacher = forms.ModelChoiceField(
        label=gettext_lazy("班主任"), queryset=Teacher.objects.none(), required=False, empty_label=NOBODY
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("班级联系电话"), max_length=30, required=False, help_text=gettext_lazy("学校对外的电话。")
    )
    materials = forms.CharField(label=gettext_lazy("教材"), max_length=200, required=False)
    is_subsidised = forms.BooleanField(label=gettext_lazy("本班学员结业后申请培训补贴"), required=False, initial=True)

    def __init__(self, *args: Any, school: School, on: date, remarks: Mapping[str, str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["head_teacher"].queryset = teachers_of(school, on)  # type: ignore[attr-defined]
        marked = {"dates": "starts_on"} | {name: name for name in ("name", "seats", "head_teacher", "materials")}
        self.remark(remarks or {}, marked)

    @staticmethod
    def answers_of(run: ClassRun) -> dict[str, Any]:
        names = ("name", "starts_on", "ends_on", "seats", "enrols_until", "head_teacher", "contact_phone")
        return {name: getattr(run, name) for name in (*names, "materials", "is_subsidised")}

    @property
    def details(self) -> ClassDetails:
        answers = {name: value for name, value in self.cleaned_data.items() if name != "course_version"}
        teacher = answers.pop("head_teacher")
        return ClassDetails(head_teacher_id=teacher.pk if teacher else None, **answers)


class NewClassForm(DetailsForm):
    course_version = forms.ModelChoiceField(
        label=gettext_lazy("课程"),
        queryset=CourseVersion.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("本校已发布课程的最新版本。建班后课程内容不再随课程页面改变。"),
        error_messages=missing(gettext_lazy("请选择一门课程。")),
    )
    field_order = ["course_version"]

    def __init__(self, *args: Any, school: School, on: date, **kwargs: Any):
        super().__init__(*args, school=school, on=on, **kwargs)
        self.fields["course_version"].queryset = versions_to_run(school)  # type: ignore[attr-defined]


class AssessmentForm(ServiceForm):
    assessment_on = forms.DateField(label=gettext_lazy("拟考核日期"), required=False, widget=day_input())
    assessment_place = forms.CharField(label=gettext_lazy("拟考核地点"), max_length=200, required=False)
    assessment_plan = forms.CharField(
        label=gettext_lazy("考核安排"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("谁来考、考哪些部分、各占多少、不及格怎么办。"),
    )

    def __init__(self, *args: Any, remarks: Mapping[str, str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.remark(remarks or {}, {"assessment": "assessment_plan"})


class HourForm(ServiceForm):
    """A day with a beginning and an end."""

    field_of_code = {
        "ends_before_start": "ends",
        "over_midnight": "ends",
        "begun": "day",
        "in_the_past": "day",
        "content_missing": "content",
        "practice_online": "practice_hours",
        "place_online": "premises",
        "teacher_unknown": "teacher",
        "teacher_taken": "teacher",
        "premises_unknown": "premises",
        "premises_taken": "premises",
        "unit_unknown": "unit",
        "reason_missing": "reason",
    }
    day = forms.DateField(
        label=gettext_lazy("授课日期"), widget=day_input(), error_messages=missing(gettext_lazy("请填写授课日期。"))
    )
    starts = forms.TimeField(
        label=gettext_lazy("开始时间"), widget=time_input(), error_messages=missing(gettext_lazy("请填写开始时间。"))
    )
    ends = forms.TimeField(
        label=gettext_lazy("结束时间"), widget=time_input(), error_messages=missing(gettext_lazy("请填写结束时间。"))
    )
    teacher = forms.ModelChoiceField(
        label=gettext_lazy("教师"), queryset=Teacher.objects.none(), required=False, empty_label=NOBODY
    )
    premises = forms.ModelChoiceField(
        label=gettext_lazy("地点"),
        queryset=Premises.objects.none(),
        required=False,
        empty_label=NOBODY,
        help_text=gettext_lazy("线上课没有地点，不选。"),
    )

    def __init__(self, *args: Any, run: ClassRun, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = teachers_of(run.school, on)  # type: ignore[attr-defined]
        self.fields["premises"].queryset = premises_of(run.school, on)  # type: ignore[attr-defined]

    def moment(self, name: str) -> datetime:
        clock: time = self.cleaned_data[name]
        return datetime.combine(self.cleaned_data["day"], clock, timezone.get_default_timezone())

    def chosen(self, name: str) -> int | None:
        row = self.cleaned_data[name]
        return row.pk if row else None

    @staticmethod
    def answers_of(session: Session) -> dict[str, Any]:
        starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "teacher": session.teacher_id,
            "premises": session.premises_id,
            "mode": session.mode,
            "content": session.content,
            "unit": session.unit_id,
            "theory_hours": session.theory_hours,
            "practice_hours": session.practice_hours,
        }


HOURS: dict[str, Any] = {"min_value": Decimal(0), "max_value": Decimal(12), "decimal_places": 1, "initial": 0}


class SessionForm(HourForm):
    mode = forms.ChoiceField(label=gettext_lazy("授课方式"), choices=SessionMode.choices)
    content = forms.CharField(
        label=gettext_lazy("授课内容"), max_length=200, error_messages=missing(gettext_lazy("请填写授课内容。"))
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("学习单元"),
        queryset=PackageUnit.objects.none(),
        required=False,
        empty_label=NOBODY,
        help_text=gettext_lazy("没有选单元的课次，学时不计入培训包。"),
    )
    theory_hours = forms.DecimalField(
        label=gettext_lazy("理论学时"), help_text=gettext_lazy("每学时 45 分钟。"), required=False, **HOURS
    )
    practice_hours = forms.DecimalField(label=gettext_lazy("实操学时"), required=False, **HOURS)
    field_order = [
        "day", "starts", "ends", "mode", "content", "unit", "theory_hours", "practice_hours", "teacher", "premises",
    ]  # fmt: skip

    def __init__(self, *args: Any, run: ClassRun, on: date, **kwargs: Any):
        super().__init__(*args, run=run, on=on, **kwargs)
        version = run.course_version.package_version_id
        units = PackageUnit.objects.filter(module__version=version).order_by("module__position", "position")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    @property
    def entry(self) -> SessionEntry:
        return SessionEntry(
            mode=SessionMode(self.cleaned_data["mode"]),
            starts_at=self.moment("starts"),
            ends_at=self.moment("ends"),
            content=self.cleaned_data["content"],
            teacher_id=self.chosen("teacher"),
            premises_id=self.chosen("premises"),
            unit_id=self.chosen("unit"),
            theory_hours=self.cleaned_data["theory_hours"] or Decimal(0),
            practice_hours=self.cleaned_data["practice_hours"] or Decimal(0),
        )


class ChangeForm(HourForm):
    reason = forms.CharField(
        label=gettext_lazy("变更原因"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        help_text=gettext_lazy("人社部门和学员都会看到变更。"),
        error_messages=missing(gettext_lazy("请写明变更的原因。")),
    )

    @property
    def change(self) -> SessionChange:
        return SessionChange(
            self.moment("starts"), self.moment("ends"), self.chosen("teacher"), self.chosen("premises")
        )


WEEKDAYS = [
    (0, gettext_lazy("星期一")),
    (1, gettext_lazy("星期二")),
    (2, gettext_lazy("星期三")),
    (3, gettext_lazy("星期四")),
    (4, gettext_lazy("星期五")),
    (5, gettext_lazy("星期六")),
    (6, gettext_lazy("星期日")),
]


class LayoutForm(ServiceForm):
    field_of_code = {"layout_days": "until", "no_room": "ends"}
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("每周哪几天上课"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("每天都上的，全部选上。"),
        error_messages=missing(gettext_lazy("请至少选一天。")),
    )
    starts = forms.TimeField(label=gettext_lazy("每天从几点"), widget=time_input(), initial=time(19, 0))
    ends = forms.TimeField(label=gettext_lazy("到几点"), widget=time_input(), initial=time(21, 15))
    first_on = forms.DateField(label=gettext_lazy("从哪一天开始"), widget=day_input())
    until = forms.DateField(label=gettext_lazy("到哪一天为止"), widget=day_input())
    teacher = forms.ModelChoiceField(
        label=gettext_lazy("教师"), queryset=Teacher.objects.none(), required=False, empty_label=NOBODY
    )
    classroom = forms.ModelChoiceField(
        label=gettext_lazy("理论课地点"), queryset=Premises.objects.none(), required=False, empty_label=NOBODY
    )
    workshop = forms.ModelChoiceField(
        label=gettext_lazy("实操课地点"), queryset=Premises.objects.none(), required=False, empty_label=NOBODY
    )
    is_holiday_taught = forms.BooleanField(label=gettext_lazy("法定节假日也上课"), required=False)

    def __init__(self, *args: Any, run: ClassRun, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = teachers_of(run.school, on)  # type: ignore[attr-defined]
        for name in ("classroom", "workshop"):
            self.fields[name].queryset = premises_of(run.school, on)  # type: ignore[attr-defined]

    @property
    def layout(self) -> Layout:
        answers: dict[str, Any] = dict(self.cleaned_data)
        for name in ("teacher", "classroom", "workshop"):
            row = answers.pop(name)
            answers[f"{name}_id"] = row.pk if row else None
        return Layout(**answers)


class PlanFileForm(ServiceForm):
    file = forms.FileField(
        label=gettext_lazy("文件"),
        allow_empty_file=True,
        error_messages=missing(gettext_lazy("请选择一个文件。")),
        help_text=gettext_lazy("Excel 表格（.xlsx、.xls）或 .csv，不超过 20 MB。"),
    )


class StepForm(ServiceForm):
    """A step that needs its reason written down."""

    field_of_code = {"reason_missing": "reason"}
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        error_messages=missing(gettext_lazy("请写明原因。")),
    )


DECISIONS = [
    ("file", gettext_lazy("准予备案")),
    ("return", gettext_lazy("退回修改（停止计时，标出要改的栏目）")),
    ("refuse", gettext_lazy("不予备案")),
]


class DecisionForm(ServiceForm):
    field_of_code = {"reason_missing": "reason", "marks_missing": "mark_plan"}
    decision = forms.ChoiceField(
        label=gettext_lazy("审核意见"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择一种意见。")),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("退回和不予备案必须写明，机构会看到。"),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in MARKABLE.items():
            self.fields[f"mark_{name}"] = forms.CharField(label=label, required=False, max_length=300)

    @property
    def mark_fields(self) -> list[forms.BoundField]:
        return [self[f"mark_{name}"] for name in MARKABLE]

    @property
    def marks(self) -> list[dict[str, str]]:
        return [{"field": name, "remark": self.cleaned_data[f"mark_{name}"]} for name in MARKABLE]
