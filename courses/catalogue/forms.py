"""Forms of the desk for training packages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from courses.catalogue.models import Occupation, TrainingPackage, WorkType
from courses.catalogue.services import UnitEntry
from courses.catalogue.states import SkillLevel, TrainingKind

BLANK_ROWS = 8


class PackageForm(forms.ModelForm):
    """A new package; an existing one keeps what it is for, only its name may be mended."""

    occupation = forms.ModelChoiceField(label=gettext_lazy("职业"), queryset=Occupation.objects.all())
    work_type = forms.ModelChoiceField(
        label=gettext_lazy("工种"), queryset=WorkType.objects.select_related("occupation"), required=False
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("技能等级"),
        choices=[("", "—"), *SkillLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    kind = forms.ChoiceField(label=gettext_lazy("培训类别"), choices=TrainingKind.choices)

    class Meta:
        model = TrainingPackage
        fields = ["code", "title", "occupation", "work_type", "level", "kind"]


class EditionForm(forms.Form):
    starts_on = forms.DateField(label=gettext_lazy("从哪天起用于新课程"), widget=AdminDateInput)
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("职业标准、文号或会议纪要。")
    )


class UnitForm(forms.Form):
    """One row of the table of units. A row whose name is empty is left out."""

    module = forms.CharField(label=gettext_lazy("模块"), max_length=100, required=False)
    code = forms.SlugField(label=gettext_lazy("代码"), max_length=40, required=False)
    title = forms.CharField(label=gettext_lazy("学习单元"), max_length=100, required=False)
    theory_hours = forms.DecimalField(label=gettext_lazy("理论学时"), min_value=0, decimal_places=1, required=False)
    practice_hours = forms.DecimalField(label=gettext_lazy("实操学时"), min_value=0, decimal_places=1, required=False)
    is_online_allowed = forms.BooleanField(label=gettext_lazy("可在线"), required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("title"):
            for name in ("module", "code"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("请填写。")))
        elif any(values.get(name) for name in ("module", "code", "theory_hours", "practice_hours")):
            self.add_error("title", ValidationError(_("请填写学习单元的名称；不要这一行的，把整行清空。")))
        return values

    def entry(self) -> UnitEntry | None:
        values = self.cleaned_data
        if not values.get("title"):
            return None
        return UnitEntry(
            module=values["module"],
            code=values["code"],
            title=values["title"],
            theory_hours=values["theory_hours"] or Decimal(0),
            practice_hours=values["practice_hours"] or Decimal(0),
            is_online_allowed=values["is_online_allowed"],
        )


UnitFormSet = forms.formset_factory(UnitForm, extra=BLANK_ROWS, max_num=120)


class EndForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("最后一天"), widget=AdminDateInput)
    reason = forms.CharField(label=gettext_lazy("停用原因"), max_length=200)
