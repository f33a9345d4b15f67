"""What stands in a worker's file: each line dated, with its source, declared by her or guaranteed by somebody."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from workers.models.identity import Worker, private_files
from workers.states import ContractKind, EducationLevel, InsuranceKind, Provenance, Standing


class PersonGroup(models.Model):
    """人员类别: a group of people that training policy names, as long as the rule that names it is in force."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    effective = DateRangeField(_("有效期"), help_text=_("列入政策的起止日期；没有截止日期表示仍然有效。"))
    source = models.CharField(_("依据"), max_length=200, help_text=_("文号和条款。"))
    provenance = models.CharField(_("来源可靠程度"), max_length=12, choices=Provenance.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("人员类别")
        verbose_name_plural = _("人员类别")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(effective__isempty=False), name="person_group_period_is_not_empty"),
            models.CheckConstraint(
                condition=Q(provenance__in=Provenance.values), name="person_group_provenance_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonGroupAlias(models.Model):
    """Another word people write for a group; an import proposes the group and lets a person decide."""

    group = models.ForeignKey(PersonGroup, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("人员类别"))
    name = models.CharField(_("别称"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("人员类别别称")
        verbose_name_plural = _("人员类别别称")

    def __str__(self) -> str:
        return self.name


class DossierLine(models.Model):
    """What every line of a file carries: who says so, since when, and whether it still counts."""

    standing = models.CharField(_("可信程度"), max_length=10, choices=Standing.choices, default=Standing.DECLARED)
    source = models.CharField(_("来源"), max_length=100, help_text=_("本人填报、单位证明、社保系统等。"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("录入人")
    )
    entered_at = models.DateTimeField(_("录入时间"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核实人"),
        help_text=_("由其他系统直接提供的内容没有核实人。"),
    )
    confirmed_at = models.DateTimeField(_("核实时间"), null=True, blank=True)
    confirmed_reason = models.TextField(_("核实依据"), blank=True)
    evidence = models.FileField(_("证明材料"), storage=private_files, blank=True, max_length=120)
    asked_at = models.DateTimeField(
        _("请求核实时间"), null=True, blank=True, help_text=_("本人最近一次请工作人员核实的时间。")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("答复人"),
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answer = models.TextField(_("不能核实的原因"), blank=True, help_text=_("本人会看到，写明还缺什么、怎么补。"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("撤销人"),
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("撤销原因"), blank=True)

    class Meta:
        abstract = True

    @property
    def is_guaranteed(self) -> bool:
        return self.standing == Standing.GUARANTEED

    @property
    def is_waiting(self) -> bool:
        """Whether she asked for confirmation and nobody has answered yet."""
        is_open = self.asked_at is not None and self.answered_at is None
        return is_open and not self.is_guaranteed and self.withdrawn_at is None


def line_constraints(name: str) -> list[models.BaseConstraint]:
    """Guaranteed says when and by what; a period is a real one and its beginning is known."""
    return [
        models.CheckConstraint(
            condition=(
                Q(standing=Standing.DECLARED, confirmed_at__isnull=True)
                | (Q(standing=Standing.GUARANTEED, confirmed_at__isnull=False) & ~Q(source=""))
            ),
            name=f"{name}_guaranteed_says_when",
        ),
        models.CheckConstraint(
            condition=Q(effective__isempty=False, effective__startswith__isnull=False), name=f"{name}_period_begins"
        ),
        models.CheckConstraint(
            condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
            | (Q(asked_at__isnull=False, answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            name=f"{name}_answer_says_who_and_why",
        ),
    ]


class WorkerGroup(DossierLine):
    """The worker belongs to a group from one day to another."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="groups", verbose_name=_("从业人员"))
    group = models.ForeignKey(PersonGroup, on_delete=models.PROTECT, related_name="+", verbose_name=_("人员类别"))
    effective = DateRangeField(_("起止日期"))

    class Meta:
        verbose_name = _("人员类别记录")
        verbose_name_plural = _("人员类别记录")
        ordering = ["-effective", "pk"]
        constraints = [
            *line_constraints("worker_group"),
            ExclusionConstraint(
                name="worker_group_is_named_once_a_day",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.group)


class Employment(DossierLine):
    """A job: for whom, as what, from when to when."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="employments", verbose_name=_("从业人员"))
    employer_name = models.CharField(_("单位名称"), max_length=100, help_text=_("在家庭中工作的写“家庭雇主”。"))
    employer_credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, help_text=_("家庭雇主没有代码，留空。")
    )
    post = models.CharField(_("岗位"), max_length=50)
    contract_kind = models.CharField(_("合同形式"), max_length=15, choices=ContractKind.choices)
    effective = DateRangeField(_("起止日期"))

    class Meta:
        verbose_name = _("工作经历")
        verbose_name_plural = _("工作经历")
        ordering = ["-effective", "pk"]
        constraints = [
            *line_constraints("employment"),
            ExclusionConstraint(
                name="employment_by_one_employer_once_a_day",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    (Coalesce(NullIf("employer_credit_code", Value("")), "employer_name"), RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer_name} {self.post}"


class InsuredMonth(models.Model):
    """A month of social insurance paid for the worker, as another system or a paper says."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="insured_months", verbose_name=_("从业人员")
    )
    month = models.DateField(_("月份"), help_text=_("当月一日。"))
    kind = models.CharField(_("险种"), max_length=15, choices=InsuranceKind.choices)
    employer_credit_code = models.CharField(
        _("缴费单位统一社会信用代码"), max_length=18, blank=True, help_text=_("个人缴费的留空。")
    )
    is_back_paid = models.BooleanField(_("补缴"), default=False, help_text=_("以后才补缴的月份，不能证明当时在岗。"))
    source = models.CharField(_("来源"), max_length=100)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("录入人")
    )
    recorded_at = models.DateTimeField(_("录入时间"))

    class Meta:
        verbose_name = _("参保月份")
        verbose_name_plural = _("参保月份")
        ordering = ["-month", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "month", "kind", "employer_credit_code"], name="insured_month_is_counted_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="insured_month_is_a_first_day"),
            models.CheckConstraint(condition=Q(kind__in=InsuranceKind.values), name="insured_month_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_kind_display()}"


class Education(DossierLine):
    """Schooling: level, school, subject, from when to when."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="educations", verbose_name=_("从业人员"))
    level = models.CharField(_("文化程度"), max_length=12, choices=EducationLevel.choices)
    school = models.CharField(_("学校"), max_length=100)
    major = models.CharField(_("专业"), max_length=60, blank=True)
    effective = DateRangeField(_("起止日期"))

    class Meta:
        verbose_name = _("学历")
        verbose_name_plural = _("学历")
        ordering = ["-effective", "pk"]
        constraints = [
            *line_constraints("education"),
            models.CheckConstraint(condition=Q(level__in=EducationLevel.values), name="education_level_is_known"),
            ExclusionConstraint(
                name="education_at_one_school_once_a_day",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    ("school", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.get_level_display()}"
