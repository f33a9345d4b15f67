"""Forms of the desks of plans. They check words; services decide."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.bodies.selectors import assessors_of, scopes_of
from certifications.plans.models import AssessmentPlan, PlanPart, PlanRoom
from certifications.plans.states import DUTY_OF, CandidateState, Duty, PartKind
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun, Enrolment
from courses.schools.forms import day_field, needed
from foundation.forms import RefusableForm

MOST_SEATS = 2000
FIELD_OF_CODE = {
    "applies_backwards": "applies_until",
    "assessor_unknown": "assessor",
    "class_unknown": "class_run",
    "ends_before_start": "ends",
    "judge_elsewhere": "assessor",
    "no_review": "starts",
    "reason_missing": "reason",
    "room_incomplete": "name",
    "room_twice": "name",
    "seats_taken": "seats",
    "subject_missing": "scope",
    "trained_them": "assessor",
    "work_type_other": "scope",
}


class PlanDeskForm(RefusableForm):
    """A form that shows a service's refusal at the field it is about, else above."""

    field_of_code = FIELD_OF_CODE


class DetailsForm(PlanDeskForm):
    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("不填的，按年度、职业和等级，或按班名自动取名。"),
    )
    seats = forms.IntegerField(
        label=gettext_lazy("最多人数"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages=needed(gettext_lazy("请填写最多人数。")),
    )
    applies_from = day_field(gettext_lazy("申报开始"), required=False)
    applies_until = day_field(gettext_lazy("申报截止"), required=False)
    notice = forms.CharField(
        label=gettext_lazy("考生须知"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("印在准考证上：要带的工具、服装、集合地点等。身份证和提前到场已经写在准考证上了。"),
    )

    def __init__(self, *args: Any, is_test: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_test:
            del self.fields["applies_from"], self.fields["applies_until"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if bool(answers.get("applies_from")) != bool(answers.get("applies_until")):
            self.add_error("applies_until", _("请把申报的开始和截止日期都填上，或都不填。"))
        return answers

    @property
    def applies(self) -> tuple[date, date] | None:
        first, last = self.cleaned_data.get("applies_from"), self.cleaned_data.get("applies_until")
        return (first, last) if first and last else None

    @staticmethod
    def answers_of(plan: AssessmentPlan) -> dict[str, Any]:
        days = plan.applies
        last = date.fromordinal(days.upper.toordinal() - 1) if days and days.upper else None
        first = days.lower if days else None
        shown = {name: getattr(plan, name) for name in ("title", "seats", "notice")}
        return shown | {"applies_from": first, "applies_until": last}


class ClassChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s（%(count)d 人结业）") % {"name": obj.name, "count": obj.close.completed}


class NewTestForm(DetailsForm):
    class_run = ClassChoice(
        label=gettext_lazy("班次"),
        queryset=ClassRun.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("已结班的班次。补考另建一场，选同一个班。"),
        error_messages=needed(gettext_lazy("请选择一个已结班的班次。")),
    )
    field_order = ["class_run", "title", "seats", "notice"]

    def __init__(self, *args: Any, runs: QuerySet[ClassRun], **kwargs: Any) -> None:
        super().__init__(*args, is_test=True, **kwargs)
        self.fields["class_run"].queryset = runs  # type: ignore[attr-defined]


class NewLevelForm(DetailsForm):
    scope = forms.ChoiceField(
        label=gettext_lazy("认定什么"),
        help_text=gettext_lazy("本机构备案范围内的职业（工种）和等级。"),
        error_messages=needed(gettext_lazy("请选择要认定的职业和等级。")),
    )
    field_order = ["scope", "title", "seats", "applies_from", "applies_until", "notice"]

    def __init__(self, *args: Any, body: AssessmentBody, on: date, **kwargs: Any) -> None:
        super().__init__(*args, is_test=False, **kwargs)
        self.subjects: dict[str, tuple[Occupation, WorkType | None, int]] = {}
        for line in scopes_of(body, on=on):
            types = [line.work_type] if line.work_type else [None, *line.occupation.work_types.all()]
            for work_type in types:
                key = f"{line.occupation_id}-{work_type.pk if work_type else 0}-{line.level}"
                self.subjects[key] = (line.occupation, work_type, line.level)
        choices = [(key, self._label(*subject)) for key, subject in self.subjects.items()]
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def _label(occupation: Occupation, work_type: WorkType | None, level: int) -> str:
        words = (occupation, work_type, SkillLevel(level).label)
        return " ".join(str(word) for word in words if word)

    @property
    def subject(self) -> tuple[Occupation, WorkType | None, int]:
        return self.subjects[self.cleaned_data["scope"]]


class PartForm(PlanDeskForm):
    day = day_field(gettext_lazy("日期"))
    starts = forms.TimeField(
        label=gettext_lazy("开始"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=needed(gettext_lazy("请填写开始时间，例如 09:00。")),
    )
    ends = forms.TimeField(
        label=gettext_lazy("结束"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=needed(gettext_lazy("请填写结束时间，例如 10:30。")),
    )
    method = forms.CharField(
        label=gettext_lazy("考核方式"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如：笔试、机考、现场操作、答辩。"),
    )

    def moment(self, name: str) -> datetime:
        given = self.cleaned_data
        return datetime.combine(given["day"], given[name], timezone.get_default_timezone())

    @staticmethod
    def answers_of(part: PlanPart) -> dict[str, Any]:
        starts_at, ends_at = timezone.localtime(part.starts_at), timezone.localtime(part.ends_at)
        hours = {"starts": starts_at.time(), "ends": ends_at.time()}
        return {"day": starts_at.date(), "method": part.method} | hours


class RoomForm(PlanDeskForm):
    name = forms.CharField(
        label=gettext_lazy("考场名称"),
        max_length=40,
        help_text=gettext_lazy("例如：第一考场、实操室 2。"),
        error_messages=needed(gettext_lazy("请填写考场名称。")),
    )
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=200,
        help_text=gettext_lazy("写到楼层和房间，考生按这个地址来。"),
        error_messages=needed(gettext_lazy("请填写地址。")),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("座位或工位数"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages=needed(gettext_lazy("请填写座位或工位数。")),
    )
    has_camera = forms.BooleanField(label=gettext_lazy("有监控"), required=False)

    @staticmethod
    def answers_of(room: PlanRoom) -> dict[str, Any]:
        return {name: getattr(room, name) for name in ("name", "address", "capacity", "has_camera")}


class DutyForm(PlanDeskForm):
    assessor = forms.ModelChoiceField(
        label=gettext_lazy("人员"),
        queryset=Assessor.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("本单位登记的考评人员。教过考生的人不能考评她。"),
        error_messages=needed(gettext_lazy("请选择一位考评人员。")),
    )
    duty = forms.ChoiceField(label=gettext_lazy("职责"), choices=Duty.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, room: PlanRoom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = timezone.localdate(room.part.starts_at)
        people = assessors_of(room.part.plan.organisation, on=day).exclude(duties__room=room)
        self.fields["assessor"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["duty"].initial = DUTY_OF[PartKind(room.part.kind)]


class PeopleForm(PlanDeskForm):
    """Who of a class is to sit the test."""

    enrolments = forms.MultipleChoiceField(
        label=gettext_lazy("结业学员"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=needed(gettext_lazy("请至少选择一人。")),
    )

    def __init__(self, *args: Any, people: list[tuple[int, Enrolment, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), f"{number}　{one.worker.masked_name}　{note}") for number, one, note in people]
        self.fields["enrolments"].choices = choices  # type: ignore[attr-defined]
        self.fields["enrolments"].initial = [str(one.pk) for _number, one, note in people if not note]

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["enrolments"]]


class ReasonForm(PlanDeskForm):
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=200,
        error_messages=needed(gettext_lazy("请写明原因。")),
    )


class EndForm(ReasonForm):
    state = forms.ChoiceField(
        label=gettext_lazy("怎么回事"),
        choices=[(state.value, state.label) for state in (CandidateState.WITHDRAWN, CandidateState.EXCLUDED)],
        widget=forms.RadioSelect,
        error_messages=needed(gettext_lazy("请选择一项。")),
    )
    field_order = ["state", "reason"]
