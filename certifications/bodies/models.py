"""评价机构: bodies filed with the bureau, what they may assess, the numbers allotted to them, and their assessors."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from certifications.bodies.states import BodyKind, BodyState
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import Organisation
from foundation.crypto.fields import BlindIndexField, EncryptedTextField


class Int4Range(Func):
    """The whole numbers from one to another, both included."""

    function = "INT4RANGE"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = IntegerField()


class AssessmentBody(models.Model):
    """An organisation filed to assess skill levels. Its thirteen characters begin every number it gives out."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="assessment_body", verbose_name=_("单位")
    )
    kind = models.CharField(_("类别"), max_length=1, choices=BodyKind.choices)
    short_name = models.CharField(_("简称"), max_length=30)
    filing_number = models.CharField(_("备案号"), max_length=40, unique=True)
    filed = DateRangeField(_("备案有效期"))
    ministry_code = models.CharField(
        _("部级备案代码"),
        max_length=4,
        default="0000",
        validators=[RegexValidator(r"^\d{4}$")],
        help_text=_("首次在部里备案的为 0001 至 9999；首次在省里备案的为 0000。"),
    )
    province_code = models.CharField(_("省份代码"), max_length=2, default="35", validators=[RegexValidator(r"^\d{2}$")])
    serial = models.CharField(
        _("机构（站点）序号"),
        max_length=6,
        validators=[RegexValidator(r"^\d{6}$")],
        help_text=_("由省里给出的六位数字。"),
    )
    address = models.CharField(_("地址"), max_length=200)
    district_code = models.CharField(_("所在区"), max_length=6)
    contact_name = models.CharField(_("联系人"), max_length=30)
    contact_phone = models.CharField(_("办公电话"), max_length=30, help_text=_("对外公布的办公电话。"))
    state = models.CharField(_("状态"), max_length=10, choices=BodyState.choices, default=BodyState.ACTIVE)
    registered_on = models.DateField(_("登记日期"))

    class Meta:
        verbose_name = _("评价机构")
        verbose_name_plural = _("评价机构")
        ordering = ["organisation__name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="body_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=BodyState.values), name="body_state_is_known"),
            models.CheckConstraint(condition=Q(filed__isempty=False), name="body_filing_has_days"),
            models.CheckConstraint(
                condition=Q(
                    ministry_code__regex=r"^[0-9]{4}$", province_code__regex=r"^[0-9]{2}$", serial__regex=r"^[0-9]{6}$"
                ),
                name="body_codes_are_digits",
            ),
            models.UniqueConstraint(
                fields=["kind", "ministry_code", "province_code", "serial"], name="body_prefix_is_given_once"
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def prefix(self) -> str:
        """The first thirteen characters of the numbers it gives out."""
        return f"{self.kind}{self.ministry_code}{self.province_code}{self.serial}"


class BodyScope(models.Model):
    """What a body may assess, and when: an occupation, perhaps one work type, at one level."""

    body = models.ForeignKey(
        AssessmentBody, on_delete=models.PROTECT, related_name="scopes", verbose_name=_("评价机构")
    )
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("工种"),
        help_text=_("留空表示该职业的全部工种。"),
    )
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices)
    effective = DateRangeField(_("有效期"))
    basis = models.CharField(_("备案依据"), max_length=200, help_text=_("备案文号或通知。"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    granted_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("评价范围")
        verbose_name_plural = _("评价范围")
        ordering = ["body", "occupation", "work_type", "-level"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="body_scope_level_is_known"),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="body_scope_period_is_not_empty"),
            ExclusionConstraint(
                name="body_scope_is_granted_once_a_day",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("occupation", RangeOperators.EQUAL),
                    (Coalesce("work_type", 0), RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        parts = (self.occupation, self.work_type, self.get_level_display())
        return " ".join(str(part) for part in parts if part)


class NumberRange(models.Model):
    """The serial numbers a body may use in a year for a level, as it was allotted them."""

    body = models.ForeignKey(
        AssessmentBody, on_delete=models.PROTECT, related_name="number_ranges", verbose_name=_("评价机构")
    )
    year = models.PositiveSmallIntegerField(_("年份"))
    level = models.PositiveSmallIntegerField(
        _("技能等级"), choices=SkillLevel.choices, null=True, blank=True, help_text=_("不分等级的留空。")
    )
    first = models.PositiveIntegerField(_("起始流水号"))
    last = models.PositiveIntegerField(_("终止流水号"))
    basis = models.CharField(_("依据"), max_length=200)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    granted_at = models.DateTimeField(_("登记时间"))
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("证书编号段")
        verbose_name_plural = _("证书编号段")
        ordering = ["body", "-year", "level", "first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1, last__lte=999_999, last__gte=F("first")), name="number_range_is_six_digits"
            ),
            ExclusionConstraint(
                name="number_range_is_allotted_once",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("year", RangeOperators.EQUAL),
                    (Coalesce("level", 0), RangeOperators.EQUAL),
                    (Int4Range("first", "last"), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.first:06d}-{self.last:06d}"


class Assessor(models.Model):
    """考评员: somebody a body, or a school for its own test, lets assess. She is known by her ID number everywhere."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assessors", verbose_name=_("所属单位")
    )
    name = models.CharField(_("姓名"), max_length=30)
    id_number = EncryptedTextField(_("身份证号码"), help_text=_("加密保存，用于回避：不得考核自己培训过的人。"))
    id_number_index = BlindIndexField(source="id_number", kind="id_number", db_index=True, null=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assessors",
        null=True,
        blank=True,
        verbose_name=_("登录账户"),
    )
    card_number = EncryptedTextField(_("考评员证编号"), blank=True, default="")
    title = models.CharField(_("职称或技能等级"), max_length=40, blank=True)
    engaged = DateRangeField(_("聘任期间"))

    class Meta:
        verbose_name = _("考评员")
        verbose_name_plural = _("考评员")
        ordering = ["organisation", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(engaged__isempty=False), name="assessor_is_engaged_for_days"),
            models.CheckConstraint(condition=Q(id_number_index__isnull=False), name="assessor_is_known_by_number"),
            ExclusionConstraint(
                name="assessor_is_engaged_once_a_day",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("id_number_index", RangeOperators.EQUAL),
                    ("engaged", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssessorQualification(models.Model):
    """What an assessor may assess: an occupation up to a level, as long as the card is valid."""

    assessor = models.ForeignKey(
        Assessor, on_delete=models.PROTECT, related_name="qualifications", verbose_name=_("考评员")
    )
    occupation = models.ForeignKey(
        Occupation,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("职业"),
        help_text=_("不限职业的留空。"),
    )
    highest_level = models.PositiveSmallIntegerField(
        _("最高可考等级"), choices=SkillLevel.choices, null=True, blank=True, help_text=_("不限等级的留空。")
    )
    valid = DateRangeField(_("有效期"))
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("考评资格")
        verbose_name_plural = _("考评资格")
        ordering = ["assessor", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="assessor_qualification_has_days"),
        ]

    def __str__(self) -> str:
        what = self.occupation.name if self.occupation else str(_("不限职业"))
        return f"{what}（{self.get_highest_level_display()}）" if self.highest_level else what


class BodyEvent(models.Model):
    """One change of what is on record of a body, or of a school's own assessors. Rows are only added."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="body_events", verbose_name=_("单位")
    )
    body = models.ForeignKey(
        AssessmentBody,
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("评价机构"),
        help_text=_("学校自己的考评员没有评价机构。"),
    )
    action = models.CharField(_("动作"), max_length=40)
    subject = models.CharField(_("对象"), max_length=120, blank=True)
    subject_id = models.BigIntegerField(_("对象编号"), null=True, blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("评价机构记录")
        verbose_name_plural = _("评价机构记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
