"""Policy as data: the documents, the parameters they set, and each parameter's dated values.

A published value is law that was applied: the database itself refuses to change it (migration 0002).
"""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.database import day_after, in_force
from foundation.policy.states import CHECKED_BY_PROVENANCE, PLACES, Level, Origin, Provenance, Unit, VersionStatus
from foundation.policy.values import Period, figure_text, figure_unit, is_checked

CITY = RegexValidator(r"^\d{6}$", _("六位行政区划代码，例如厦门 350200、福建 350000、全国 000000。"))
CODE = RegexValidator(r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", _("由小写字母、数字、下划线组成，用点分段。"))


def days(first: date, last: date | None = None) -> DateRange:
    """The days from the first to the last, both included, written the way the database gives them back."""
    return DateRange(first, day_after(last), "[)")


def place_label(city_code: str) -> str:
    """The place in words; a code nobody has named stays a code."""
    return str(PLACES.get(city_code, city_code))


class Sourced(models.Model):
    """Whatever says where it comes from and whether somebody compared it with the source."""

    provenance = models.CharField(_("来源可靠程度"), max_length=3, choices=Provenance.choices)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核实人"),
    )
    verified_at = models.DateTimeField(
        _("核实时间"), null=True, blank=True, help_text=_("与原文核对无误的时间；未核实的内容对外显示“待核实”。")
    )

    class Meta:
        abstract = True

    @property
    def is_verified(self) -> bool:
        """Whether the content may be shown without 待核实."""
        return is_checked(self.provenance, origin=self.came_from, by_officer=self.verified_at is not None)

    @property
    def came_from(self) -> str:
        """``Origin.BASE`` for what the platform brought along, ``Origin.OFFICER`` for what an officer typed."""
        return Origin.OFFICER


class SourcedQuerySet(models.QuerySet):
    from_base = ~Q(base_key="")

    def verified(self) -> Self:
        """What may be shown without 待核实."""
        read_by_us = self.from_base & Q(provenance__in=CHECKED_BY_PROVENANCE)
        return self.filter(Q(verified_at__isnull=False) | read_by_us)

    def unverified(self) -> Self:
        read_by_us = self.from_base & Q(provenance__in=CHECKED_BY_PROVENANCE)
        return self.filter(verified_at__isnull=True).exclude(read_by_us)


class PolicyDocument(Sourced):
    """A paper of the state, or the best trace of it that was found."""

    base_key = models.CharField(
        _("基础数据标识"),
        max_length=60,
        blank=True,
        help_text=_("随系统提供的文件在基础数据中的标识；人工录入的留空。"),
    )
    doc_no = models.CharField(_("文号"), max_length=80, blank=True, help_text=_("未见到文号时留空，不要推测。"))
    title = models.CharField(_("文件名称"), max_length=200)
    issuer = models.CharField(_("发文机关"), max_length=120, blank=True)
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    effective = DateRangeField(_("有效期"), null=True, blank=True, help_text=_("没有截止日期表示未见失效规定。"))
    address = models.CharField(_("出处"), max_length=300, blank=True, help_text=_("原文或转载网页的地址、名称。"))
    city_code = models.CharField(_("适用地区"), max_length=6, validators=[CITY])
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    note = models.TextField(_("说明"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("录入人"),
    )

    objects = SourcedQuerySet.as_manager()

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")
        ordering = ("city_code", "-issued_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["doc_no"], condition=~Q(doc_no=""), name="policy_document_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["base_key"], condition=~Q(base_key=""), name="policy_document_base_key_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(provenance__in=Provenance.values), name="policy_document_provenance_is_known"
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="policy_document_level_is_known"),
            models.CheckConstraint(
                condition=Q(effective__isnull=True) | Q(effective__isempty=False),
                name="policy_document_period_is_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="policy_document_check_names_who_and_when",
            ),
        ]

    @property
    def came_from(self) -> str:
        return Origin.BASE if self.base_key else Origin.OFFICER

    def __str__(self) -> str:
        return f"{self.doc_no} {self.title}".strip()

    @property
    def place(self) -> str:
        return place_label(self.city_code)


class Parameter(models.Model):
    """A figure that the law sets: what it means, what it counts and where it holds."""

    code = models.CharField(
        _("代码"),
        max_length=100,
        validators=[CODE],
        help_text=_("例如 subsidy.training.amount.level5，发布后不能修改。"),
    )
    unit = models.CharField(_("计量单位"), max_length=20, choices=Unit.choices)
    meaning = models.CharField(_("含义"), max_length=200, help_text=_("用一句话说明这项标准是什么。"))
    city_code = models.CharField(_("适用地区"), max_length=6, validators=[CITY])

    class Meta:
        verbose_name = _("政策参数")
        verbose_name_plural = _("政策参数")
        ordering = ("city_code", "code")
        constraints = [
            models.UniqueConstraint(fields=["code", "city_code"], name="policy_parameter_is_named_once_a_place"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="policy_parameter_unit_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.meaning}（{self.place}，{self.code}）"

    @property
    def place(self) -> str:
        return place_label(self.city_code)

    @property
    def unit_label(self) -> str:
        """The unit as figures are shown in it: yuan for money."""
        return figure_unit(self.unit)


class ParameterVersionQuerySet(SourcedQuerySet):
    from_base = Q(origin=Origin.BASE)

    def published(self) -> Self:
        return self.filter(status=VersionStatus.PUBLISHED)

    def in_force(self, on: date) -> Self:
        """Published values that hold on the day."""
        return self.published().filter(in_force(on))


class ParameterVersion(Sourced):
    """One value of a parameter for a span of days: drafted by one officer, published by another, then frozen."""

    parameter = models.ForeignKey(
        Parameter, on_delete=models.PROTECT, related_name="versions", verbose_name=_("政策参数")
    )
    value = models.DecimalField(_("数值"), max_digits=14, decimal_places=4, help_text=_("金额以分为单位，必须是整数。"))
    effective = DateRangeField(_("执行期间"), help_text=_("没有截止日期表示执行到另有规定为止。"))
    document = models.ForeignKey(
        PolicyDocument, on_delete=models.PROTECT, related_name="versions", verbose_name=_("依据文件")
    )
    article = models.CharField(_("条款"), max_length=300, blank=True, help_text=_("例如“第五条”；未见原文时写明出处。"))
    note = models.TextField(_("说明"), blank=True)
    status = models.CharField(_("状态"), max_length=20, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    origin = models.CharField(_("数据来源"), max_length=10, choices=Origin.choices, default=Origin.OFFICER)
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

    objects: ClassVar[models.Manager["ParameterVersion"]] = ParameterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("参数版本")
        verbose_name_plural = _("参数版本")
        ordering = ("parameter", "-effective", "-pk")
        constraints = [
            ExclusionConstraint(
                name="policy_one_value_in_force_a_day",
                expressions=[("parameter", RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
                condition=Q(status=VersionStatus.PUBLISHED),
                violation_error_message=_("同一参数在同一天只能有一个有效数值。"),
            ),
            models.CheckConstraint(
                condition=Q(effective__isempty=False, effective__startswith__isnull=False),
                name="policy_version_period_has_a_first_day",
            ),
            models.CheckConstraint(condition=Q(status__in=VersionStatus.values), name="policy_version_status_is_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="policy_version_origin_is_known"),
            models.CheckConstraint(
                condition=Q(provenance__in=Provenance.values), name="policy_version_provenance_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.OFFICER) | Q(drafted_by__isnull=False),
                name="policy_version_names_who_drafted",
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.OFFICER, status=VersionStatus.PUBLISHED)
                | (Q(published_by__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="policy_version_published_by_another_officer",
            ),
            models.CheckConstraint(
                condition=Q(status=VersionStatus.PUBLISHED, published_at__isnull=False)
                | (~Q(status=VersionStatus.PUBLISHED) & Q(published_at__isnull=True, published_by__isnull=True)),
                name="policy_version_published_says_when",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="policy_version_check_names_who_and_when",
            ),
        ]

    @property
    def came_from(self) -> str:
        return self.origin

    @property
    def is_verified(self) -> bool:
        """A draft is nobody's word yet, wherever its figure comes from."""
        return self.status == VersionStatus.PUBLISHED and super().is_verified

    def __str__(self) -> str:
        return f"{self.parameter.code} {self.text} {self.effective.lower:%Y-%m-%d}"

    @property
    def period(self) -> Period:
        return Period.of(self.effective.lower, self.effective.upper)

    @property
    def last_day(self) -> date | None:
        """The last day in force; none while it is open."""
        return self.effective.upper - timedelta(days=1) if self.effective.upper else None

    @property
    def text(self) -> str:
        """The value with its unit."""
        return figure_text(self.value, self.parameter.unit)
