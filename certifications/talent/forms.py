"""Forms of the register. They check words; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certifications.talent.services import AppointmentEntry
from certifications.talent.states import AppointmentKind, ContributionKind
from courses.catalogue.models import Occupation
from foundation.forms import RefusableForm
from workers.forms import missing

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AppointmentForm(RefusableForm):
    field_of_code = {
        "worker_unknown": "id_number",
        "own_work": "id_number",
        "no_level_one": "occupation",
        "level_one_missing": "occupation",
        "end_before_start": "ends_on",
    }

    name = forms.CharField(label=_("姓名"), max_length=50, error_messages=missing(_("请填写姓名。")))
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages=missing(_("请填写身份证号码。")),
    )
    kind = forms.ChoiceField(label=_("种类"), choices=AppointmentKind.choices)
    occupation = forms.ModelChoiceField(
        label=_("职业"),
        queryset=Occupation.objects.all(),
        help_text=_("特级技师、首席技师只能设在有一级（高级技师）的职业上面。"),
        error_messages=missing(_("请选择职业。")),
    )
    post = forms.CharField(label=_("聘任岗位"), max_length=50, error_messages=missing(_("请填写聘任岗位。")))
    basis = forms.CharField(
        label=_("评聘文件"), max_length=100, help_text=_("文号或名称。"), error_messages=missing(_("请填写评聘文件。"))
    )
    starts_on = forms.DateField(label=_("聘期开始"), widget=DAY, error_messages=missing(_("请填写聘期开始的日期。")))
    ends_on = forms.DateField(label=_("聘期结束"), widget=DAY, required=False, help_text=_("没有期限的，不填。"))

    def entry(self) -> AppointmentEntry:
        data = self.cleaned_data
        return AppointmentEntry(
            kind=data["kind"],
            occupation_id=data["occupation"].pk,
            post=data["post"],
            basis=data["basis"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
        )


class DecisionForm(RefusableForm):
    field_of_code = {"reason_missing": "reason"}

    is_right = forms.ChoiceField(
        label=_("对照评聘文件以后"),
        choices=[("yes", _("相符")), ("no", _("不符"))],
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择相符还是不符。")),
    )
    reason = forms.CharField(label=_("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ContributionForm(RefusableForm):
    field_of_code = {"title_missing": "title", "in_future": "on"}

    kind = forms.ChoiceField(label=_("种类"), choices=ContributionKind.choices)
    title = forms.CharField(
        label=_("名称"), max_length=100, help_text=_("例如：2025 年市家政技能竞赛一等奖。"),
        error_messages=missing(_("请填写名称。")),
    )  # fmt: skip
    issuer = forms.CharField(label=_("颁发或证明单位"), max_length=100, required=False)
    on = forms.DateField(label=_("日期"), widget=DAY, error_messages=missing(_("请填写日期。")))
    count = forms.IntegerField(
        label=_("人数或小时"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("带徒写人数，志愿服务写小时。"),
    )


class ConfirmForm(RefusableForm):
    field_of_code = {"reason_missing": "reason"}

    reason = forms.CharField(
        label=_("核实依据"), max_length=200, help_text=_("例如：核对了证书原件。"),
        error_messages=missing(_("请写明凭什么核实。")),
    )  # fmt: skip


class DetailsForm(RefusableForm):
    ethnicity = forms.CharField(label=_("民族"), max_length=20, required=False)
    household_address = forms.CharField(label=_("户籍地址"), max_length=200, required=False)
    permit_number = forms.CharField(label=_("居住证号"), max_length=40, required=False)
    permit_endorsed_on = forms.DateField(label=_("最近一次签注日期"), widget=DAY, required=False)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
