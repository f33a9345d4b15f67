"""Forms of the desk. They check words; services decide."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.database import in_force
from foundation.forms import RefusableForm
from subsidies.claims.models import RefusalReason

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# What an applicant may be asked to put right.
MARKABLE: "dict[str, StrPromise]" = {
    "account": _("收款账号"),
    "identity": _("身份信息"),
    "certificate": _("证书"),
    "group": _("人员类别和证明"),
    "training": _("培训或考勤"),
    "papers": _("申领材料"),
}


def _words(label: Any, hint: Any = "", *, rows: int = 3, required: bool = True, most: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=required,
        error_messages={"required": _("请写明原因，再提交。")},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PassForm(RefusableForm):
    prefix = "pass"
    field_of_code = {"unknown_facts": "note", "not_checked": "confirm"}
    known: list[str]
    note = _words(
        _("核实说明"), _("平台不掌握的信息，写明查了什么、凭什么认定。没有的不用写。"), rows=2, required=False
    )
    # The checks that the page named as not run, and the tick beside them.
    unchecked = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label=_("已知悉以上各项没有核查，已用别的办法查清"),
        help_text=_("您的确认会记入办理经过。"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.known = given.get("unchecked", "").split(",") if given.get("confirm") else []
        return given

    def is_ticked_for(self, codes: str) -> bool:
        """Whether she has ticked exactly what the page names now: more than she saw is not ticked for her."""
        return self.is_bound and bool(self["confirm"].value()) and self["unchecked"].value() == codes


class ReturnForm(RefusableForm):
    prefix = "return"
    field_of_code = {"marks_missing": "text", "reason_missing": "text", "reason_long": "text"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in MARKABLE.items():
            self.fields[f"mark_{name}"] = forms.CharField(label=label, required=False, max_length=150)
        self.fields["text"] = _words(
            _("其他说明"), _("申领人会看到，请写清楚要改什么、交什么。"), rows=2, required=False
        )

    @property
    def mark_fields(self) -> list[forms.BoundField]:
        return [self[f"mark_{name}"] for name in MARKABLE]

    @property
    def marks(self) -> dict[str, str]:
        return {str(label): self.cleaned_data[f"mark_{name}"] for name, label in MARKABLE.items()}


class RefuseForm(RefusableForm):
    prefix = "refuse"
    field_of_code = {"refusal_unknown": "refusal", "reason_missing": "text", "reason_long": "text"}
    refusal = forms.ModelChoiceField(
        label=_("不予核定的情形"),
        queryset=RefusalReason.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("请选择一种情形。"), "invalid_choice": _("请从列表里选择一种情形。")},
    )
    text = _words(_("具体情况"), _("写明这份申领哪里不符合。申领人会看到，还会看到依据和申诉的办法。"))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = RefusalReason.objects.filter(in_force(on)).select_related("document")
        self.fields["refusal"].queryset = known  # type: ignore[attr-defined]


class HoldForm(RefusableForm):
    prefix = "hold"
    field_of_code = {"reason_missing": "reason", "reason_long": "reason"}
    reason = _words(_("发现了什么"), _("这份申领退回复核，已占用的资金释放；公示或拨付中止。"))


class ClearForm(RefusableForm):
    field_of_code = {"reason_missing": "reason", "reason_long": "reason"}
    reason = forms.CharField(
        label=_("核实了什么、凭什么认为没有问题"),
        max_length=300,
        error_messages={"required": _("请写明核实了什么、凭什么认为没有问题。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AnswerForm(RefusableForm):
    field_of_code = {"reason_missing": "answer", "reason_long": "answer"}
    decision = forms.ChoiceField(
        label=_("答复"),
        choices=[("upheld", _("申诉成立，重新办理")), ("rejected", _("维持原决定"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一种答复。")},
    )
    answer = _words(_("理由"), _("申领人会看到：您核实了什么，为什么这样答复。"))

    @property
    def is_upheld(self) -> bool:
        return bool(self.cleaned_data["decision"] == "upheld")
