"""Forms of an application. Answers are kept as typed; rows and papers are checked where they are entered."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from certifications.applications.models import StudyRow, WorkRow
from certifications.applications.rules.form import FIELD_LABELS, FIELDS, YES, Problem, month_read
from certifications.applications.services import StudyEntry, WorkEntry
from certifications.applications.states import Trade
from courses.catalogue.states import SkillLevel
from foundation.errors import DomainError
from foundation.privacy.states import Purpose
from workers.identity import phone_check
from workers.states import EducationLevel

CHECKS = frozenset({"is_student", "is_diploma_lost", "is_apprentice"})
HINTS = {
    "employer_now": _("没有在上班的，不用填。"),
    "employer_phone": _("没有的，不用填。"),
    "years": _("按下面的工作经历算，只写整数。"),
    "held_title": _("例如：家政服务员。没有别的证书，这一页不用填。"),
    "held_number": _("照证书上的写。"),
    "held_on": _("例如 202103，就是 2021 年 3 月。"),
    "is_diploma_lost": _("勾选后不用上传毕业证书，由工作人员核对。"),
}
HELD_LEVELS = (SkillLevel.FIVE, SkillLevel.FOUR, SkillLevel.THREE, SkillLevel.TWO, SkillLevel.ONE)
PAPERS = "image/jpeg,image/png,application/pdf"
TRADES = (Trade.SELF, Trade.RELATED, Trade.OTHER)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is nothing; ``None`` when nothing was sent."""
    return request.POST if request.method == "POST" else None


def needed(words: Any) -> dict[str, Any]:
    """The sentence for a field left empty or not understood."""
    return {"required": words, "invalid": words, "invalid_choice": words}


def month_field(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """A month, typed with the number keys: a picker makes her turn back thirty years."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=needed(_("请写明哪年哪月，例如 202103，就是 2021 年 3 月。")),
    )


class AnswersForm(forms.Form):
    """The single answers of a section, right or wrong, with what is still to put right beside them."""

    def __init__(self, *, section: str, answers: dict[str, str], problems: list[Problem]) -> None:
        super().__init__(initial=answers)
        said = {problem.field: problem.text for problem in problems}
        for name in FIELDS[section]:
            self.fields[name] = self._field(name)
            self.fields[name].help_text = said.get(name, HINTS.get(name, ""))
        self.initial = {
            name: answers.get(name) == YES if name in CHECKS else answers.get(name, "") for name in self.fields
        }

    @staticmethod
    def _field(name: str) -> forms.Field:
        label = FIELD_LABELS[name]
        if name in CHECKS:
            return forms.BooleanField(label=label, required=False)
        if name == "held_level":
            levels = [("", _("没有")), *((str(level.value), level.label) for level in HELD_LEVELS)]
            return forms.ChoiceField(label=label, required=False, choices=levels)
        if name == "held_on":
            return month_field(label, required=False)
        widget = forms.TextInput(attrs={"inputmode": "numeric"} if name == "years" else {})
        return forms.CharField(label=label, required=name == "years", max_length=200, widget=widget)


def answers_sent(section: str, data: QueryDict) -> dict[str, str]:
    """What a section sends: a box that is not ticked is an answer too."""
    return {name: (YES if data.get(name) else "") if name in CHECKS else data.get(name, "") for name in FIELDS[section]}


class RowForm(forms.Form):
    """A form that shows a service's refusal above it."""

    def refuse(self, refusal: DomainError) -> None:
        self.add_error("last_month" if refusal.code == "months_wrong" else None, refusal.message)

    def month(self, name: str) -> date | None:
        text = self.cleaned_data.get(name, "")
        day = month_read(text) if text else None
        if text and day is None:
            raise forms.ValidationError(_("请写明哪年哪月，例如 202103，就是 2021 年 3 月。"), code="invalid")
        return day


class StudyForm(RowForm):
    level = forms.ChoiceField(
        label=_("什么程度"),
        choices=[("", _("请选择")), *EducationLevel.choices],
        error_messages=needed(_("请选择程度。")),
    )
    school = forms.CharField(label=_("学校名称"), max_length=100, error_messages=needed(_("请填写学校名称。")))
    major = forms.CharField(label=_("专业"), max_length=60, required=False, help_text=_("没有分专业的，不用填。"))
    graduated_on = month_field(
        _("毕业时间"), required=False, hint=_("例如 199207，就是 1992 年 7 月。还在读的，写预计毕业的年月。")
    )

    def clean_graduated_on(self) -> date | None:
        return self.month("graduated_on")

    def entry(self) -> StudyEntry:
        return StudyEntry(**self.cleaned_data)

    @staticmethod
    def initial_of(row: StudyRow) -> dict[str, Any]:
        month = f"{row.graduated_on:%Y-%m}" if row.graduated_on else ""
        return {"level": row.level, "school": row.school, "major": row.major, "graduated_on": month}


class WorkForm(RowForm):
    first_month = month_field(_("从哪年哪月"), hint=_("例如 202103，就是 2021 年 3 月。"))
    last_month = month_field(_("做到哪年哪月"), required=False, hint=_("现在还在做的，不用填。"))
    post = forms.CharField(
        label=_("做什么工作"),
        max_length=50,
        help_text=_("例如：育婴员、月嫂。"),
        error_messages=needed(_("请写做什么工作。")),
    )
    trade = forms.ChoiceField(
        label=_("这份工作是"), widget=forms.RadioSelect, error_messages=needed(_("请选一个。选不准的，选最接近的。"))
    )
    employer = forms.CharField(
        label=_("在哪个单位"),
        max_length=100,
        help_text=_("直接给家庭做的，写“家庭雇主”。"),
        error_messages=needed(_("请写单位名称。")),
    )
    witness_name = forms.CharField(
        label=_("证明人姓名"),
        max_length=30,
        help_text=_("知道您做这份工作的人：主管、同事或雇主。"),
        error_messages=needed(_("请写证明人姓名。")),
    )
    witness_phone = forms.CharField(
        label=_("证明人电话"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        error_messages=needed(_("请写证明人电话。")),
    )

    def __init__(self, *args: Any, trade: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {Trade.SELF: _("就是申报的职业：%(name)s"), Trade.RELATED: _("相关的职业"), Trade.OTHER: _("别的职业")}
        self.fields["trade"].choices = [  # type: ignore[attr-defined]
            (one.value, labels[one] % {"name": trade} if one == Trade.SELF else labels[one]) for one in TRADES
        ]

    def clean_first_month(self) -> date | None:
        return self.month("first_month")

    def clean_last_month(self) -> date | None:
        return self.month("last_month")

    def clean_witness_phone(self) -> str:
        checked = phone_check(self.cleaned_data["witness_phone"])
        if checked.errors:
            raise forms.ValidationError(list(checked.errors))
        return checked.value

    def entry(self, credit_code: str = "") -> WorkEntry:
        return WorkEntry(**self.cleaned_data, employer_credit_code=credit_code)

    @staticmethod
    def initial_of(row: WorkRow) -> dict[str, Any]:
        return {
            "first_month": f"{row.first_month:%Y-%m}",
            "last_month": f"{row.last_month:%Y-%m}" if row.last_month else "",
            "post": row.post,
            "trade": row.trade if row.trade != Trade.UNSURE else "",
            "employer": row.employer,
            "witness_name": row.witness_name,
            "witness_phone": row.witness_phone,
        }


class PaperForm(RowForm):
    file = forms.FileField(
        label=_("拍一张，或者选一张照片"),
        help_text=_("照片（JPG、PNG）或 PDF，不超过 10 兆。字要看得清楚。"),
        widget=forms.FileInput(attrs={"accept": PAPERS}),
        error_messages=needed(_("请先拍照或选择文件。")) | {"empty": _("文件是空的。请重新选择。")},
    )

    def refuse(self, refusal: DomainError) -> None:
        self.add_error("file", refusal.message)


class LookForm(forms.Form):
    """Why somebody opens what a worker handed in."""

    purpose = forms.ChoiceField(
        label=_("为什么要看"),
        widget=forms.RadioSelect,
        choices=[
            (one.value, one.label)
            for one in (Purpose.CASE_HANDLING, Purpose.CONTACT, Purpose.INSPECTION, Purpose.AUDIT)
        ],
        initial=Purpose.CASE_HANDLING,
        error_messages=needed(_("请选择用途。")),
    )
    note = forms.CharField(label=_("补充说明"), help_text=_("请不要写个人信息。"), max_length=200, required=False)
