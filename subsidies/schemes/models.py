"""Subsidy schemes and occupation catalogues as dated rows. Figures are ``foundation.policy`` parameters."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from foundation.policy.models import PolicyDocument
from foundation.policy.states import Provenance
from subsidies.schemes.states import LANES, Family, Flag, Fund, Lane, Payee, SchemeRule, SchemeState, Subject


class DatedLaw(models.Model):
    """What a line of law carries: since when, by which paper, how sure we are, who drafted and who published it.

    Rows of the city pack have no officers. Published rows are frozen by the database; they may only end earlier.
    """

    city_code = models.CharField(_("地区"), max_length=6)
    effective = DateRangeField(_("执行期间"))
    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("依据文件"))
    article = models.CharField(_("条款"), max_length=80, blank=True)
    provenance = models.CharField(_("来源可靠程度"), max_length=3, choices=Provenance.choices)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=SchemeState.choices, default=SchemeState.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("起草人"),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("发布人"),
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        abstract = True


def law_constraints(name: str) -> list[models.BaseConstraint]:
    """Known words, a real period, and what an officer drafted is published by another."""
    return [
        models.CheckConstraint(condition=Q(state__in=SchemeState.values), name=f"{name}_state_is_known"),
        models.CheckConstraint(condition=Q(provenance__in=Provenance.values), name=f"{name}_provenance_is_known"),
        models.CheckConstraint(
            condition=Q(effective__isempty=False, effective__startswith__isnull=False), name=f"{name}_period_begins"
        ),
        models.CheckConstraint(
            condition=Q(drafted_by__isnull=True) | Q(published_by__isnull=True) | ~Q(published_by=F("drafted_by")),
            name=f"{name}_is_published_by_another",
        ),
        models.CheckConstraint(
            condition=~Q(state=SchemeState.PUBLISHED) | Q(published_at__isnull=False),
            name=f"{name}_published_says_when",
        ),
    ]


class Scheme(DatedLaw):
    """补贴项目: what is paid for, to whom, from which fund, by which rule.

    ``code`` is also the beginning of the codes of its figures: ``subsidy.training`` pays ``subsidy.training.amount.…``
    and asks what ``subsidy.training.requires.…`` says.
    """

    code = models.CharField(_("代码"), max_length=60)
    name = models.CharField(_("名称"), max_length=60)
    summary = models.CharField(
        _("一句话说明"), max_length=200, help_text=_("给从业人员看的，说清给谁、给多少、凭什么。")
    )
    rule = models.CharField(_("计算办法"), max_length=12, choices=SchemeRule.choices)
    family = models.CharField(_("种类"), max_length=12, choices=Family.choices)
    fund = models.CharField(_("资金来源"), max_length=12, choices=Fund.choices)
    payee = models.CharField(_("发放对象"), max_length=8, choices=Payee.choices)
    subject = models.CharField(_("申领对象"), max_length=12, choices=Subject.choices)
    paid_by = models.CharField(
        _("由别的单位发放"),
        max_length=60,
        blank=True,
        help_text=_("写明是哪个单位。写了的只在这里展示：平台不受理申报，也不拨款。"),
    )
    is_demonstration = models.BooleanField(_("演示项目"), default=False, help_text=_("不是真实政策，只用来演示。"))
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("补贴项目")
        verbose_name_plural = _("补贴项目")
        ordering = ["order", "code", "-effective"]
        constraints = [
            *law_constraints("scheme"),
            models.CheckConstraint(condition=Q(rule__in=SchemeRule.values), name="scheme_rule_is_known"),
            models.CheckConstraint(condition=Q(family__in=Family.values), name="scheme_family_is_known"),
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="scheme_fund_is_known"),
            models.CheckConstraint(condition=Q(payee__in=Payee.values), name="scheme_payee_is_known"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="scheme_subject_is_known"),
            models.CheckConstraint(
                condition=(Q(rule=SchemeRule.AWARD) & Q(family=Family.AWARD) & Q(subject=Subject.INSTALMENT))
                | (~Q(rule=SchemeRule.AWARD) & ~Q(family=Family.AWARD) & ~Q(subject=Subject.INSTALMENT)),
                name="scheme_of_an_award_is_one_in_all",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z_.]+[a-z]$"), name="scheme_code_has_shape"),
            ExclusionConstraint(
                name="scheme_is_one_a_day",
                expressions=[
                    ("city_code", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(state=SchemeState.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lane(self) -> Lane:
        return LANES[Family(self.family)]

    @property
    def is_paid_here(self) -> bool:
        """Whether the bureau pays it; what another body pays is shown and no more."""
        return not self.paid_by


class SchemePaper(models.Model):
    """材料: what a claim needs, and whether the platform has it already. What it has is never asked for."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="papers", verbose_name=_("补贴项目"))
    title = models.CharField(_("材料名称"), max_length=60)
    is_on_file = models.BooleanField(_("平台已有，免提交"), default=False)
    is_required = models.BooleanField(_("必须提交"), default=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("申领材料")
        verbose_name_plural = _("申领材料")
        ordering = ["scheme", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "title"], name="scheme_paper_is_named_once")]

    def __str__(self) -> str:
        return self.title


class OccupationFlag(DatedLaw):
    """A line of a city's catalogue: an occupation, or one of its work types or levels, is in short supply or key."""

    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("工种")
    )
    level = models.PositiveSmallIntegerField(
        _("技能等级"), choices=SkillLevel.choices, null=True, blank=True, help_text=_("不填表示所有等级。")
    )
    flag = models.CharField(_("类别"), max_length=24, choices=Flag.choices)

    class Meta:
        verbose_name = _("培训需求指导目录")
        verbose_name_plural = _("培训需求指导目录")
        ordering = ["city_code", "occupation", "-effective"]
        constraints = [
            *law_constraints("occupation_flag"),
            models.CheckConstraint(condition=Q(flag__in=Flag.values), name="occupation_flag_is_known"),
            ExclusionConstraint(
                name="occupation_flag_is_one_a_day",
                expressions=[
                    ("city_code", RangeOperators.EQUAL),
                    ("occupation", RangeOperators.EQUAL),
                    (Coalesce("work_type", 0), RangeOperators.EQUAL),
                    (Coalesce("level", 0), RangeOperators.EQUAL),
                    ("flag", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(state=SchemeState.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occupation} {self.get_flag_display()}"
