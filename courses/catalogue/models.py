"""Occupations with their levels, and the training packages courses are built on.

Hours are credited hours (学时) of 45 minutes, in steps of a half.
"""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.catalogue.states import PackageStatus, SkillLevel, SkillNature, TrainingKind
from foundation.policy.states import Provenance
from foundation.policy.values import Period

OCCUPATION_CODE = RegexValidator(r"^\d-\d{2}-\d{2}-\d{2}$", _("职业编码由四段数字组成，例如 4-10-01-06。"))


class Occupation(models.Model):
    """职业: an occupation of the national classification (职业分类大典), in one edition of its standard."""

    code = models.CharField(_("职业编码"), max_length=12, unique=True, validators=[OCCUPATION_CODE])
    name = models.CharField(_("职业名称"), max_length=40, unique=True)
    standard_edition = models.CharField(_("职业标准版本"), max_length=20, blank=True, help_text=_("例如 2019 年版。"))
    nature = models.CharField(
        _("技能类型"),
        max_length=10,
        choices=SkillNature.choices,
        default=SkillNature.PRACTICAL,
        help_text=_("实操技能型不能全部在线培训。"),
    )
    source = models.CharField(_("依据"), max_length=200, help_text=_("文号或职业标准。"))
    provenance = models.CharField(_("来源可靠程度"), max_length=3, choices=Provenance.choices)
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("职业")
        verbose_name_plural = _("职业")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(nature__in=SkillNature.values), name="occupation_nature_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkType(models.Model):
    """工种: a direction inside an occupation, such as 母婴护理员 of 家政服务员."""

    occupation = models.ForeignKey(
        Occupation, on_delete=models.PROTECT, related_name="work_types", verbose_name=_("职业")
    )
    name = models.CharField(_("工种名称"), max_length=40)
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("工种")
        verbose_name_plural = _("工种")
        ordering = ["occupation", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["occupation", "name"], name="work_type_is_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OccupationLevel(models.Model):
    """A level that exists for an occupation or one of its work types. What is not listed cannot be trained."""

    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="levels", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType,
        on_delete=models.PROTECT,
        related_name="levels",
        null=True,
        blank=True,
        verbose_name=_("工种"),
        help_text=_("该等级不分工种的，留空。"),
    )
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices)
    effective = DateRangeField(_("有效期"), help_text=_("按哪段时间的职业标准。"))
    reference_hours = models.PositiveSmallIntegerField(
        _("参考学时"), null=True, blank=True, help_text=_("职业标准给出的培训期限，每学时 45 分钟；没有公布的留空。")
    )
    source = models.CharField(_("依据"), max_length=200)
    provenance = models.CharField(_("来源可靠程度"), max_length=3, choices=Provenance.choices)

    class Meta:
        verbose_name = _("职业等级")
        verbose_name_plural = _("职业等级")
        ordering = ["occupation", "work_type", "-level"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="occupation_level_is_known"),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="occupation_level_period_is_not_empty"),
            ExclusionConstraint(
                name="occupation_level_stands_once_a_day",
                expressions=[
                    ("occupation", RangeOperators.EQUAL),
                    (Coalesce("work_type", 0), RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.occupation, self.work_type, self.get_level_display()) if part)


class TrainingPackage(models.Model):
    """职业培训包: what a training for one occupation, work type and level consists of. Its content is in versions."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=100)
    occupation = models.ForeignKey(
        Occupation, on_delete=models.PROTECT, related_name="packages", verbose_name=_("职业")
    )
    work_type = models.ForeignKey(
        WorkType, on_delete=models.PROTECT, related_name="packages", null=True, blank=True, verbose_name=_("工种")
    )
    level = models.PositiveSmallIntegerField(
        _("技能等级"), choices=SkillLevel.choices, null=True, blank=True, help_text=_("专项职业能力没有等级，留空。")
    )
    kind = models.CharField(_("培训类别"), max_length=12, choices=TrainingKind.choices, default=TrainingKind.LEVEL)

    class Meta:
        verbose_name = _("职业培训包")
        verbose_name_plural = _("职业培训包")
        ordering = ["occupation", "work_type", "-level", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TrainingKind.values), name="package_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind=TrainingKind.LEVEL) | Q(level__isnull=False), name="package_for_a_level_names_it"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PackageVersion(models.Model):
    """One edition of a package. Published editions are frozen by the database; courses name the edition they follow."""

    package = models.ForeignKey(
        TrainingPackage, on_delete=models.PROTECT, related_name="versions", verbose_name=_("职业培训包")
    )
    number = models.PositiveSmallIntegerField(_("版次"))
    status = models.CharField(_("状态"), max_length=10, choices=PackageStatus.choices, default=PackageStatus.DRAFT)
    effective = DateRangeField(_("有效期"), help_text=_("新开的课程可以采用本版的起止日期。"))
    source = models.CharField(_("依据"), max_length=200)
    provenance = models.CharField(_("来源可靠程度"), max_length=3, choices=Provenance.choices)
    online_share_max = models.DecimalField(
        _("在线学时最高占比"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("百分比；留空表示按平台规则。"),
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("编制人"),
        help_text=_("随平台提供的版本没有编制人。"),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("发布人"),
        help_text=_("由编制人以外的人员发布。"),
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("培训包版本")
        verbose_name_plural = _("培训包版本")
        ordering = ["package", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["package", "number"], name="package_version_is_numbered_once"),
            models.CheckConstraint(
                condition=Q(status__in=PackageStatus.values), name="package_version_status_is_known"
            ),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="package_version_period_is_not_empty"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=models.F("drafted_by")),
                name="package_version_is_published_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status=PackageStatus.DRAFT, published_at__isnull=True)
                | (~Q(status=PackageStatus.DRAFT) & Q(published_at__isnull=False)),
                name="package_version_published_says_when",
            ),
            models.UniqueConstraint(
                fields=["package"], condition=Q(status=PackageStatus.DRAFT), name="package_has_one_draft"
            ),
            ExclusionConstraint(
                name="package_has_one_edition_a_day",
                expressions=[("package", RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
                condition=Q(status=PackageStatus.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return _("%(package)s 第 %(number)s 版") % {"package": self.package, "number": self.number}

    @property
    def period(self) -> Period:
        """The days on which new courses may follow the edition."""
        return Period.of(self.effective.lower, self.effective.upper)

    @property
    def last_day(self) -> date | None:
        return self.period.last


class PackageModule(models.Model):
    """职业功能模块: a part of a package."""

    version = models.ForeignKey(
        PackageVersion, on_delete=models.CASCADE, related_name="modules", verbose_name=_("培训包版本")
    )
    position = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("模块名称"), max_length=100)

    class Meta:
        verbose_name = _("培训模块")
        verbose_name_plural = _("培训模块")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="package_module_has_its_place"),
        ]

    def __str__(self) -> str:
        return self.title


class PackageUnit(models.Model):
    """学习单元: the smallest part with hours of its own."""

    module = models.ForeignKey(
        PackageModule, on_delete=models.CASCADE, related_name="units", verbose_name=_("培训模块")
    )
    code = models.SlugField(_("单元代码"), max_length=40, help_text=_("在同一版本内不重复；课程和课次用它对应学时。"))
    position = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("单元名称"), max_length=100)
    content = models.TextField(_("培训内容"), blank=True)
    theory_hours = models.DecimalField(
        _("理论学时"), max_digits=5, decimal_places=1, default=0, help_text=_("每学时 45 分钟。")
    )
    practice_hours = models.DecimalField(
        _("实操学时"), max_digits=5, decimal_places=1, default=0, help_text=_("每学时 45 分钟。")
    )
    is_online_allowed = models.BooleanField(_("可以在线学习"), default=False)

    class Meta:
        verbose_name = _("学习单元")
        verbose_name_plural = _("学习单元")
        ordering = ["module", "position"]
        constraints = [
            models.UniqueConstraint(fields=["module", "position"], name="package_unit_has_its_place"),
            models.CheckConstraint(
                condition=Q(theory_hours__gte=0, practice_hours__gte=0)
                & (Q(theory_hours__gt=0) | Q(practice_hours__gt=0)),
                name="package_unit_has_hours",
            ),
            models.CheckConstraint(
                condition=Q(is_online_allowed=False) | Q(practice_hours=0), name="package_unit_practice_is_not_online"
            ),
        ]

    def __str__(self) -> str:
        return self.title
