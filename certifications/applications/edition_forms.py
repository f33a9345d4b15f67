"""Forms of the desk for conditions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from certifications.applications.models import ConditionEdition
from certifications.applications.services import EditionEntry, RouteEntry
from certifications.applications.states import DiplomaKind, NameKind, TradeScope
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.policy.models import PolicyDocument
from foundation.policy.states import Provenance

BLANK_ROWS = 4
LEVELS = [("", "—"), *((level.value, level.label) for level in SkillLevel if level.value <= SkillLevel.FIVE)]
NAME_FIELDS = {"related": NameKind.RELATED, "majors": NameKind.MAJOR, "posts": NameKind.POST}


def lines_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一行一个；没有的留空。"),
    )


class EditionForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    occupation = forms.ModelChoiceField(
        label=gettext_lazy("职业"),
        queryset=Occupation.objects.all(),
        required=False,
        empty_label=gettext_lazy("没有单独规定的所有职业"),
    )
    starts_on = forms.DateField(label=gettext_lazy("从哪天起执行"), widget=AdminDateInput)
    document = forms.ModelChoiceField(
        label=gettext_lazy("依据文件"),
        queryset=PolicyDocument.objects.all(),
        help_text=gettext_lazy("没有的，先在“政策文件”中登记。"),
    )
    provenance = forms.ChoiceField(label=gettext_lazy("来源可靠程度"), choices=Provenance.choices)
    related = lines_field(gettext_lazy("相关职业"))
    majors = lines_field(gettext_lazy("相关专业"))
    posts = lines_field(gettext_lazy("本职业的岗位叫法"))
    note = forms.CharField(label=gettext_lazy("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def entry(self) -> EditionEntry:
        values = dict(self.cleaned_data)
        names = [
            (kind, line.strip()[:40]) for name, kind in NAME_FIELDS.items() for line in values.pop(name).splitlines()
        ]
        occupation, document = values.pop("occupation"), values.pop("document")
        return EditionEntry(
            occupation_id=occupation.pk if occupation else None, document_id=document.pk, names=names, **values
        )

    @staticmethod
    def initial_of(edition: ConditionEdition) -> dict[str, Any]:
        names = list(edition.names.all())
        lists = {name: "\n".join(row.name for row in names if row.kind == kind) for name, kind in NAME_FIELDS.items()}
        return lists | {
            "title": edition.title,
            "occupation": edition.occupation_id,
            "starts_on": edition.effective.lower,
            "document": edition.document_id,
            "provenance": edition.provenance,
            "note": edition.note,
        }


class RouteForm(forms.Form):
    """One way to a level. A row whose wording is empty is left out."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("申报等级"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )
    wording = forms.CharField(label=gettext_lazy("条文"), max_length=300, required=False)
    prior_level = forms.TypedChoiceField(
        label=gettext_lazy("先取得"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )
    prior_scope = forms.ChoiceField(label=gettext_lazy("证书的职业"), choices=TradeScope.choices)
    years_after = forms.IntegerField(label=gettext_lazy("取得后几年"), min_value=1, max_value=50, required=False)
    total_years = forms.IntegerField(label=gettext_lazy("累计几年"), min_value=1, max_value=50, required=False)
    work_scope = forms.ChoiceField(label=gettext_lazy("工作的职业"), choices=TradeScope.choices)
    diploma = forms.ChoiceField(label=gettext_lazy("学历"), choices=[("", "—"), *DiplomaKind.choices], required=False)
    is_major_needed = forms.BooleanField(label=gettext_lazy("专业对口"), required=False)
    is_final_year_counted = forms.BooleanField(label=gettext_lazy("含应届"), required=False)
    is_apprenticeship = forms.BooleanField(label=gettext_lazy("学徒期满"), required=False)
    min_age = forms.IntegerField(label=gettext_lazy("最低年龄"), min_value=16, max_value=60, required=False)
    is_intent_enough = forms.BooleanField(label=gettext_lazy("从事或拟从事"), required=False)
    article = forms.CharField(label=gettext_lazy("条款"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("prior_scope", "work_scope"):
            self.fields[name].initial = TradeScope.RELATED
        self.fields["wording"].widget.attrs["size"] = 60

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("wording") and values.get("level") is None:
            self.add_error("level", ValidationError(_("请选择申报等级。")))
        return values

    def entry(self) -> RouteEntry | None:
        return RouteEntry(**self.cleaned_data) if self.cleaned_data.get("wording") else None


ROUTE_FIELDS = tuple(RouteForm.base_fields)
RouteFormSet = forms.formset_factory(RouteForm, extra=BLANK_ROWS, max_num=60)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由或核对的原文"), max_length=300, required=False)
