"""申报条件: who may be assessed at which level. Drafted by one officer, published by another, then frozen."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from certifications.applications.states import DiplomaKind, EditionStatus, NameKind, TradeScope
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.policy.models import PolicyDocument, Sourced
from foundation.policy.states import Origin, Provenance


class ConditionEdition(Sourced):
    """One edition of the conditions of an occupation; without an occupation, of all that have none of their own."""

    occupation = models.ForeignKey(
        Occupation,
        on_delete=models.PROTECT,
        related_name="condition_editions",
        null=True,
        blank=True,
        verbose_name=_("职业"),
        help_text=_("留空表示没有单独规定的职业都按这一版。"),
    )
    title = models.CharField(_("名称"), max_length=120)
    effective = DateRangeField(_("执行期间"), help_text=_("按申报当天在执行的一版判断。"))
    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("依据文件"))
    note = models.TextField(_("说明"), blank=True)
    status = models.CharField(_("状态"), max_length=20, choices=EditionStatus.choices, default=EditionStatus.DRAFT)
    origin = models.CharField(_("数据来源"), max_length=10, choices=Origin.choices, default=Origin.OFFICER)
    base_key = models.CharField(_("基础数据标识"), max_length=60, blank=True)
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
        verbose_name = _("申报条件")
        verbose_name_plural = _("申报条件")
        ordering = ["occupation", "-effective", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="conditions_have_one_edition_a_day",
                expressions=[(Coalesce("occupation", 0), RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
                condition=Q(status=EditionStatus.PUBLISHED),
            ),
            models.CheckConstraint(
                condition=Q(effective__isempty=False, effective__startswith__isnull=False),
                name="condition_edition_period_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(status__in=EditionStatus.values), name="condition_edition_status_is_known"
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="condition_edition_origin_is_known"),
            models.CheckConstraint(
                condition=Q(provenance__in=Provenance.values), name="condition_edition_provenance_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.OFFICER) | Q(drafted_by__isnull=False),
                name="condition_edition_names_who_drafted",
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.OFFICER, status=EditionStatus.PUBLISHED)
                | (Q(published_by__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="condition_edition_published_by_another_officer",
            ),
            models.CheckConstraint(
                condition=Q(status=EditionStatus.PUBLISHED, published_at__isnull=False)
                | (~Q(status=EditionStatus.PUBLISHED) & Q(published_at__isnull=True, published_by__isnull=True)),
                name="condition_edition_published_says_when",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="condition_edition_check_names_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["base_key"], condition=~Q(base_key=""), name="condition_edition_base_key_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def came_from(self) -> str:
        return self.origin

    @property
    def is_verified(self) -> bool:
        """A draft is nobody's word yet."""
        return self.status == EditionStatus.PUBLISHED and super().is_verified

    @property
    def last_day(self) -> date | None:
        return self.effective.upper - timedelta(days=1) if self.effective.upper else None


class ConditionRoute(models.Model):
    """One way to be admitted to a level: everything it names must hold. Several ways of a level stand side by side."""

    edition = models.ForeignKey(
        ConditionEdition, on_delete=models.CASCADE, related_name="routes", verbose_name=_("申报条件")
    )
    level = models.PositiveSmallIntegerField(_("申报等级"), choices=SkillLevel.choices)
    position = models.PositiveSmallIntegerField(_("顺序"))
    wording = models.CharField(_("条文"), max_length=300, help_text=_("照条文写，本人和评价机构看到的就是它。"))
    prior_level = models.PositiveSmallIntegerField(
        _("须先取得的等级"), choices=SkillLevel.choices, null=True, blank=True
    )
    prior_scope = models.CharField(
        _("证书的职业"), max_length=10, choices=TradeScope.choices, default=TradeScope.RELATED
    )
    years_after = models.PositiveSmallIntegerField(
        _("取得后工作年数"), null=True, blank=True, help_text=_("从取得证书那天算起。")
    )
    total_years = models.PositiveSmallIntegerField(_("累计工作年数"), null=True, blank=True)
    work_scope = models.CharField(
        _("工作的职业"), max_length=10, choices=TradeScope.choices, default=TradeScope.RELATED
    )
    diploma = models.CharField(_("学历"), max_length=12, choices=DiplomaKind.choices, blank=True)
    is_final_year_counted = models.BooleanField(_("含应届毕业生"), default=False)
    is_major_needed = models.BooleanField(_("须本专业或相关专业"), default=False)
    is_apprenticeship = models.BooleanField(_("学徒期满"), default=False)
    min_age = models.PositiveSmallIntegerField(_("最低年龄"), null=True, blank=True)
    is_intent_enough = models.BooleanField(_("从事或者准备从事本职业"), default=False)
    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("依据文件"))
    article = models.CharField(_("条款"), max_length=120, blank=True)
    provenance = models.CharField(_("来源可靠程度"), max_length=3, choices=Provenance.choices)

    class Meta:
        verbose_name = _("申报条件的一条")
        verbose_name_plural = _("申报条件的各条")
        ordering = ["edition", "-level", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "level", "position"], name="condition_route_has_its_place"),
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="condition_route_level_is_known"),
            models.CheckConstraint(
                condition=Q(prior_scope__in=TradeScope.values, work_scope__in=TradeScope.values),
                name="condition_route_scope_is_known",
            ),
            models.CheckConstraint(
                condition=Q(diploma="") | Q(diploma__in=DiplomaKind.values), name="condition_route_diploma_is_known"
            ),
            models.CheckConstraint(
                condition=Q(prior_level__isnull=False)
                | Q(total_years__gt=0)
                | ~Q(diploma="")
                | Q(is_apprenticeship=True)
                | Q(min_age__isnull=False)
                | Q(is_intent_enough=True),
                name="condition_route_asks_for_something",
            ),
            models.CheckConstraint(
                condition=Q(years_after__isnull=True) | Q(prior_level__isnull=False),
                name="condition_route_counts_after_a_certificate",
            ),
            models.CheckConstraint(
                condition=Q(is_major_needed=False, is_final_year_counted=False) | ~Q(diploma=""),
                name="condition_route_major_is_of_a_diploma",
            ),
        ]

    def __str__(self) -> str:
        return self.wording[:60]


class ConditionName(models.Model):
    """What an edition calls related: occupations, majors, and the names people have for posts in the trade."""

    edition = models.ForeignKey(
        ConditionEdition, on_delete=models.CASCADE, related_name="names", verbose_name=_("申报条件")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=NameKind.choices)
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        verbose_name = _("相关职业和专业")
        verbose_name_plural = _("相关职业和专业")
        ordering = ["edition", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "name"], name="condition_name_stands_once"),
            models.CheckConstraint(condition=Q(kind__in=NameKind.values), name="condition_name_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name
