"""Forms of completion. They check words; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.schools.models import School
from foundation.privacy.states import Purpose
from workers.forms import ReasonForm, missing

DAY = {"type": "date"}


class ReportForm(forms.Form):
    """Which school's classes, from when to when, as what, and what for."""

    school = forms.ModelChoiceField(
        label=gettext_lazy("培训机构"),
        queryset=School.objects.none(),
        error_messages=missing(gettext_lazy("请选择培训机构。")),
    )
    since = forms.DateField(
        label=gettext_lazy("开班日期从"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages=missing(gettext_lazy("请填写开始的日期，例如 2026-01-01。")),
    )
    until = forms.DateField(
        label=gettext_lazy("到"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages=missing(gettext_lazy("请填写结束的日期，例如 2026-12-31。")),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("格式"),
        choices=[("xlsx", gettext_lazy("Excel 工作簿（xlsx）")), ("csv", gettext_lazy("文本表格（csv）"))],
        widget=forms.RadioSelect,
        initial="xlsx",
        error_messages=missing(gettext_lazy("请选择格式。")),
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        help_text=gettext_lazy("写明这份文件用来做什么，会写入操作记录。姓名和身份证号码只显示一部分。"),
        max_length=200,
        error_messages=missing(gettext_lazy("请写明用途。")),
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = schools[0] if len(schools[:2]) == 1 else None
        if self.only is not None:
            del self.fields["school"]  # her own: there is nothing to choose
        else:
            self.fields["school"].queryset = schools  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", _("结束的日期在开始的日期之前。请检查。"))
        return answers

    @property
    def chosen(self) -> School:
        """The school that was chosen, or the only one."""
        school: School = self.only or self.cleaned_data["school"]
        return school


class ClassExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("格式"),
        choices=[
            ("xlsx", gettext_lazy("Excel 工作簿（xlsx）")),
            ("json", gettext_lazy("数据文件（json），供系统对接")),
        ],
        widget=forms.RadioSelect,
        initial="xlsx",
        error_messages=missing(gettext_lazy("请选择格式。")),
    )
    is_plain = forms.BooleanField(
        label=gettext_lazy("要完整姓名"),
        help_text=gettext_lazy("每个人的查看都会留下记录，本人也看得到。"),
        required=False,
    )
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


class JudgeForm(ReasonForm):
    """Why somebody is judged again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("重新认定的原因")
        self.fields["reason"].help_text = _("先更正有误的考勤或学时，再重新认定。原来的认定会保留。")
