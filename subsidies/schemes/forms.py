"""Forms of schemes: the questions of "Can I get this?", and what policy officers draft."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from foundation.policy.models import PolicyDocument
from foundation.policy.states import PLACES, Provenance
from subsidies.schemes.models import DatedLaw, OccupationFlag, Scheme
from subsidies.schemes.services import FlagEntry, LawEntry, PaperEntry, SchemeEntry, papers_of
from subsidies.schemes.states import Family, Flag, Fund, Payee, SchemeRule, Subject
from workers.forms import RepairingForm, missing
from workers.selectors import groups_in_force

UNKNOWN = "unknown"
YES_NO_UNKNOWN = [("yes", _("是")), ("no", _("不是")), (UNKNOWN, _("不知道"))]
DRAWING_OR_NOT = [("yes", _("在领")), ("no", _("没有领")), (UNKNOWN, _("不知道"))]
DONE_OR_NOT = [("yes", _("办过")), ("no", _("没办过")), (UNKNOWN, _("不知道"))]
KINDS = [
    ("level", _("职业技能等级证书")),
    ("special", _("专项职业能力证书")),
    ("training", _("培训合格证书（学校发的）")),
    ("old_qualification", _("职业资格证书（以前的老证书）")),
    ("none", _("还没有证书")),
    (UNKNOWN, _("不知道")),
]
LEVELS = [
    ("level5", _("五级（初级工）")),
    ("level4", _("四级（中级工）")),
    ("level3", _("三级（高级工）")),
    ("level2", _("二级（技师）")),
    ("level1", _("一级（高级技师）")),
    ("none", _("证书上没有等级")),
    (UNKNOWN, _("不知道")),
]
TIMES = [
    ("0", _("一次也没领过，别的补贴也没领过")),
    ("1", _("领过 1 次")),
    ("2", _("领过 2 次")),
    ("3", _("领过 3 次或更多")),
    (UNKNOWN, _("不知道")),
]
BEFORE = [
    ("none", _("都没有")),
    ("same", _("同一个职业、同一个等级，领过")),
    ("higher", _("同一个职业，领过更高的等级")),
    ("fund", _("就是这本证书，已经领过另一项补贴")),
    (UNKNOWN, _("不知道")),
]
OLDEST = 120
MANY_MONTHS = 720


def _ask(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    """One question; what is not answered is unknown."""
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, required=False, widget=forms.RadioSelect, initial=UNKNOWN
    )


class QuestionForm(forms.Form):
    """我能领补贴吗： nothing asked here says who she is, and nothing answered here is kept."""

    kind = _ask(_("您有哪种证书？"), KINDS, _("看证书封面上的名称。"))
    level = _ask(_("证书是几级？"), LEVELS, _("证书上写着。专项职业能力证书没有等级，不用选。"))
    occupation = forms.ChoiceField(label=_("证书上写的是什么职业？"), required=False)
    issued_on = forms.DateField(
        label=_("证书是哪一天发的？"),
        help_text=_("看证书上的发证日期。不知道就空着。"),
        required=False,
        widget=forms.SelectDateWidget,
        error_messages={"invalid": _("这个日期不对。请按证书上的年、月、日填写，或者都空着。")},
    )
    age = forms.IntegerField(
        label=_("您今年满几周岁？"),
        help_text=_("过了今年的生日才算满。不知道就空着。"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "4"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("年龄请写数字，例如 48。不知道就空着。")),
    )
    registered = _ask(_("在本市办过就业登记或失业登记吗？"), DONE_OR_NOT, _("单位给您办过社保，一般就办过就业登记。"))
    pension = _ask(_("现在每月领养老金（退休金）吗？"), DRAWING_OR_NOT)
    payroll = _ask(_("您是机关、事业单位的在编人员吗？"), YES_NO_UNKNOWN)
    student = _ask(_("您现在是在校学生，还没到毕业那一学年吗？"), YES_NO_UNKNOWN, _("不在学校读书的，选“不是”。"))
    groups = forms.MultipleChoiceField(
        label=_("您是下面这些人吗？"),
        help_text=_("可以选几样。都不是的，选“都不是”。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times = _ask(_("以前领过几次技能培训方面的补贴？"), TIMES)
    before = _ask(_("以前领的里面，有下面这样的吗？"), BEFORE, _("没领过的，不用选。"))
    months = forms.IntegerField(
        label=_("失业保险一共缴了多少个月？"),
        help_text=_("不知道就空着。"),
        required=False,
        min_value=0,
        max_value=MANY_MONTHS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "4"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("月数请写数字，例如 36。不知道就空着。")),
    )
    benefit = _ask(_("现在领失业保险金吗？"), DRAWING_OR_NOT)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        occupation: Any = self.fields["occupation"]
        occupation.choices = [("", _("不知道，或者不在下面")), *occupation_choices()]
        groups: Any = self.fields["groups"]
        known = [(group.code, group.name) for group in groups_in_force(on=on)]
        groups.choices = [*known, ("none", _("都不是")), (UNKNOWN, _("不知道"))]

    def clean_issued_on(self) -> date | None:
        day: date | None = self.cleaned_data["issued_on"]
        if day is not None and day > self.on:
            raise forms.ValidationError(_("发证日期在今天以后。请按证书上的日期填写。"))
        return day


def occupation_choices() -> list[tuple[str, str]]:
    """Every occupation, and each of its work types: ``4-10-01-06`` and ``4-10-01-06/母婴护理员``."""
    found = []
    for occupation in Occupation.objects.prefetch_related("work_types"):
        found.append((occupation.code, occupation.name))
        found += [
            (f"{occupation.code}/{one.name}", f"{occupation.name}（{one.name}）") for one in occupation.work_types.all()
        ]
    return found


# --- the desk -----------------------------------------------------------------------------------------------------


def _cities() -> list[tuple[str, Any]]:
    return [(code, name) for code, name in PLACES.items() if not code.endswith("0000")]


class LawForm(RepairingForm):
    """What every line of law says of itself."""

    city_code = forms.ChoiceField(label=_("地区"), choices=_cities)
    effective_from = forms.DateField(
        label=_("从哪一天起执行"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=missing(_("请填写开始执行的日期。")),
    )
    effective_to = forms.DateField(
        label=_("执行到哪一天"),
        help_text=_("最后一天。文件没有写截止日期的，不填。"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    document = forms.ModelChoiceField(
        label=_("依据文件"),
        queryset=PolicyDocument.objects.all(),
        help_text=_("没有的，先在“政策管理”里登记文件。"),
        error_messages=missing(_("请选择依据文件。")),
    )
    article = forms.CharField(
        label=_("条款"), max_length=80, required=False, help_text=_("例如“第五条”。未见原文的，不填。")
    )
    provenance = forms.ChoiceField(label=_("来源可靠程度"), choices=Provenance.choices)
    note = forms.CharField(label=_("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        first, last = answers.get("effective_from"), answers.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", _("截止日期早于起始日期，请核对。"))
        return answers

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["document_id"] = data.pop("document").pk
        return data

    @staticmethod
    def initial_of(row: DatedLaw) -> dict[str, Any]:
        """A row as the form shows it."""
        last = row.effective.upper - timedelta(days=1) if row.effective.upper else None
        names = [name for name in LawEntry.__dataclass_fields__ if hasattr(row, name)]
        shown = {name: getattr(row, name) for name in names}
        return shown | {"effective_from": row.effective.lower, "effective_to": last, "document": row.document_id}


class SchemeForm(LawForm):
    code = forms.RegexField(
        label=_("代码"),
        regex=r"^[a-z][a-z_.]+[a-z]$",
        max_length=60,
        help_text=_("小写英文字母，用点分段，例如 subsidy.training。它也是各项标准在“政策参数”里的代码开头。"),
        error_messages=missing(_("代码只能用小写英文字母、下划线和点，例如 subsidy.training。")),
    )
    name = forms.CharField(label=_("名称"), max_length=60, error_messages=missing(_("请填写名称。")))
    summary = forms.CharField(
        label=_("一句话说明"),
        max_length=200,
        help_text=_("给从业人员看的，说清给谁、给多少、凭什么。"),
        error_messages=missing(_("请写一句说明。")),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rule = forms.ChoiceField(label=_("计算办法"), choices=SchemeRule.choices)
    family = forms.ChoiceField(label=_("种类"), choices=Family.choices)
    fund = forms.ChoiceField(label=_("资金来源"), choices=Fund.choices)
    payee = forms.ChoiceField(label=_("发放对象"), choices=Payee.choices)
    subject = forms.ChoiceField(label=_("申领对象"), choices=Subject.choices)
    paid_by = forms.CharField(
        label=_("由别的单位发放"),
        max_length=60,
        required=False,
        help_text=_("由别的单位受理和发放的，写明是哪个单位；平台只展示。本部门发放的，不填。"),
    )
    order = forms.IntegerField(label=_("顺序"), min_value=1, max_value=9999, initial=100)

    field_order = ["code", "name", "summary", "rule", "family", "fund", "payee", "subject", "paid_by"]

    def entry(self) -> SchemeEntry:
        return SchemeEntry(**self.values())

    @staticmethod
    def initial_of(row: DatedLaw) -> dict[str, Any]:
        names = ("code", "name", "summary", "rule", "family", "fund", "payee", "subject", "order", "paid_by")
        return LawForm.initial_of(row) | {name: getattr(row, name) for name in names}


class PaperForm(forms.Form):
    """One paper; without a title it is left out."""

    title = forms.CharField(label=_("材料名称"), max_length=60, required=False)
    is_on_file = forms.BooleanField(label=_("平台已有，免提交"), required=False)
    is_required = forms.BooleanField(label=_("必须提交"), required=False, initial=True)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def entry(self) -> PaperEntry | None:
        data = self.cleaned_data
        if not data.get("title"):
            return None
        return PaperEntry(data["title"], data["is_on_file"], data["is_required"], data["note"])


PaperFormSet = forms.formset_factory(PaperForm, extra=3, max_num=20)


def paper_rows(scheme: Scheme) -> list[dict[str, Any]]:
    """The papers of an edition, to begin another with."""
    names = ("title", "is_on_file", "is_required", "note")
    return [{name: getattr(one, name) for name in names} for one in papers_of(scheme)]


class FlagForm(LawForm):
    occupation = forms.ModelChoiceField(
        label=_("职业"), queryset=Occupation.objects.all(), error_messages=missing(_("请选择职业。"))
    )
    work_type = forms.ModelChoiceField(
        label=_("工种"),
        queryset=WorkType.objects.select_related("occupation"),
        required=False,
        help_text=_("不选表示整个职业。"),
        empty_label=_("所有工种"),
    )
    level = forms.TypedChoiceField(
        label=_("技能等级"),
        choices=[("", _("所有等级")), *SkillLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    flag = forms.ChoiceField(label=_("类别"), choices=Flag.choices)

    field_order = ["occupation", "work_type", "level", "flag"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        work_type = answers.get("work_type")
        if work_type and answers.get("occupation") and work_type.occupation_id != answers["occupation"].pk:
            self.add_error("work_type", _("这个工种不属于所选的职业。请重新选择工种，或者不选。"))
        return answers

    def entry(self) -> FlagEntry:
        data = self.values()
        work_type = data.pop("work_type")
        return FlagEntry(
            **data | {"occupation_id": data.pop("occupation").pk, "work_type_id": work_type.pk if work_type else None}
        )

    @staticmethod
    def initial_of(row: DatedLaw) -> dict[str, Any]:
        assert isinstance(row, OccupationFlag)
        more = {"occupation": row.occupation_id, "work_type": row.work_type_id, "level": row.level, "flag": row.flag}
        return LawForm.initial_of(row) | more


class ReasonForm(forms.Form):
    """Why; needed where a day already past is touched."""

    reason = forms.CharField(max_length=300, required=False)
