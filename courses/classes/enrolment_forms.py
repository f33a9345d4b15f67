"""Forms about a place in a class. They check words; services decide."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.classes.models import ClassRun
from courses.classes.states import CHOSEN_REASONS, EndReason
from workers.forms import RepairingForm, missing
from workers.identity import account_number_check, id_number_check, name_check, phone_check
from workers.selectors import groups_in_force
from workers.states import EducationLevel

FROM_LIST = {"required": _("请选择一项。"), "invalid_choice": _("请从列表中选择。")}


class LeaveForm(forms.Form):
    reason = forms.ChoiceField(label=_("为什么不学了？"), widget=forms.RadioSelect, error_messages=FROM_LIST)
    note = forms.CharField(
        label=_("想说的话"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, by_school: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [*CHOSEN_REASONS, EndReason.ABSENCE] if by_school else CHOSEN_REASONS
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]  # type: ignore[attr-defined]
        if by_school:
            self.fields["reason"].label = _("退学原因")
            self.fields["note"].label = _("说明（选“其他”时必填）")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("reason") == EndReason.OTHER and not answers.get("note", "").strip():
            self.add_error("note", _("选“其他”的，请写一句原因。"))
        return answers


class MoveForm(forms.Form):
    class_run = forms.ChoiceField(label=_("转到哪个班？"), widget=forms.RadioSelect, error_messages=FROM_LIST)

    def __init__(self, *args: Any, targets: Iterable[ClassRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_run"].choices = [  # type: ignore[attr-defined]
            (
                str(run.pk),
                _("%(name)s，%(first)s 开课，还有 %(free)d 个名额")
                % {"name": run.name, "first": run.starts_on.isoformat(), "free": max(0, run.seats - run.seats_taken)},
            )
            for run in targets
        ]


class PaperForm(forms.Form):
    note = forms.CharField(
        label=_("签字的确认单放在哪里"),
        max_length=200,
        help_text=_("写明柜号或档案编号，检查时要能找到原件。"),
        error_messages=missing(_("请写明确认单存放在哪里。")),
    )


class RosterFileForm(forms.Form):
    file = forms.FileField(label=_("花名册文件"), error_messages=missing(_("请选择文件。")))


class PersonForm(RepairingForm):
    """One person, as the school writes her into a class."""

    name = forms.CharField(label=_("姓名"), max_length=60, strip=False, error_messages=missing(_("请填写姓名。")))
    id_number = forms.CharField(
        label=_("身份证号码"), max_length=40, strip=False, error_messages=missing(_("请填写身份证号码。"))
    )
    phone = forms.CharField(
        label=_("联系电话"), max_length=30, required=False, help_text=_("本人的手机号码，用来请本人确认。")
    )
    group_code = forms.ChoiceField(label=_("人员类别"), required=False)
    education = forms.ChoiceField(label=_("文化程度"), required=False)
    card = forms.CharField(label=_("社保卡账号"), max_length=40, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        groups = list(groups_in_force(on=on).values_list("code", "name"))
        self.fields["group_code"].choices = [("", _("不选")), *groups]  # type: ignore[attr-defined]
        self.fields["education"].choices = [("", _("不选")), *EducationLevel.choices]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return self.checked(name_check(self.cleaned_data["name"]))

    def clean_id_number(self) -> str:
        return self.checked(id_number_check(self.cleaned_data["id_number"], on=self.on))

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        return self.checked(phone_check(text)) if text.strip() else ""

    def clean_card(self) -> str:
        text = self.cleaned_data["card"]
        return self.checked(account_number_check(text)) if text.strip() else ""
