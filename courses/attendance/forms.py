"""Forms of attendance. They check words; services decide."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.attendance.selectors import Board
from courses.attendance.states import AttendanceState
from foundation.privacy.states import Purpose
from workers.forms import ReasonForm, RepairingForm, missing

SIX_DIGITS = re.compile(r"[0-9]{6}")


class DigitsForm(RepairingForm):
    digits = forms.CharField(
        label=gettext_lazy("老师屏幕上的 6 位数字"),
        help_text=gettext_lazy("数字每 15 秒换一次，看到什么就输什么。"),
        max_length=12,
        error_messages=missing(gettext_lazy("请输入老师屏幕上的 6 位数字。")),
    )

    def clean_digits(self) -> str:
        digits = "".join(self.cleaned_data["digits"].split())
        if not SIX_DIGITS.fullmatch(digits):
            raise forms.ValidationError(_("应该是 6 位数字。请看着老师的屏幕再输一次。"))
        return digits


class CountForm(RepairingForm):
    people = forms.IntegerField(
        label=gettext_lazy("现在教室里有多少人"),
        help_text=gettext_lazy("只数学员，不算老师。"),
        min_value=0,
        max_value=500,
        error_messages=missing(gettext_lazy("请填写教室里的人数。"))
        | {"min_value": gettext_lazy("人数不能小于 0。"), "max_value": gettext_lazy("人数太多了，请再数一次。")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class CorrectForm(RepairingForm):
    state = forms.ChoiceField(
        label=gettext_lazy("改成"),
        choices=AttendanceState.choices,
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择一项。")),
    )
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        help_text=gettext_lazy("更改已有记录，或下课以后登记，都要写原因。本人看得到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        required=False,
    )


class RosterForm(ReasonForm):
    """Everybody's state from a paper: present unless something else is ticked."""

    field_order = ["reason"]

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("为什么用纸质签到表")
        self.fields["reason"].help_text = _("例如“教室没有信号”。纸质签到和扫码签到一样算数。")
        self.fields["reason"].widget = forms.TextInput()
        for row in board.rows:
            self.fields[f"state-{row.enrolment.pk}"] = forms.ChoiceField(
                label=f"{row.number}. {row.worker.masked_name}",
                choices=AttendanceState.choices,
                initial=row.state or AttendanceState.PRESENT,
                error_messages=missing(_("请为每个人选择一项。")),
                widget=forms.RadioSelect,
            )

    @property
    def people(self) -> list[forms.BoundField]:
        """The fields of the people, in the order of the register."""
        return [self[name] for name in self.fields if name.startswith("state-")]

    @property
    def states(self) -> dict[int, AttendanceState]:
        """What was ticked, by enrolment."""
        answers = self.cleaned_data.items()
        return {int(name[6:]): AttendanceState(value) for name, value in answers if name.startswith("state-")}


class SettleForm(ReasonForm):
    absent = forms.TypedMultipleChoiceField(
        label=gettext_lazy("哪些人不在教室"),
        help_text=gettext_lazy("勾选的人改为缺课，其他人不变。都在的，不用勾选。"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["absent", "reason"]

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("核查情况")
        self.fields["reason"].help_text = _("怎样查的、结论是什么，例如“查看教室录像，30 人都在”。")
        self.fields["absent"].choices = [  # type: ignore[attr-defined]
            (row.enrolment.pk, f"{row.number}. {row.worker.masked_name}") for row in board.rows if row.is_in_the_room
        ]


class SheetForm(forms.Form):
    """Names in plain on the printed sheet, for a purpose."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("为什么要完整姓名"),
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择用途。")),
    )
    note = forms.CharField(label=gettext_lazy("补充说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Purpose.choices if value != Purpose.OWN_DATA
        ]
