"""The register of schools: licence, dated scope, teachers, premises. The body itself is ``accounts.Organisation``."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel, TrainingKind
from courses.schools.states import PremisesKind, SchoolState, TeacherKind
from foundation.accounts.models import Organisation
from foundation.crypto.fields import BlindIndexField, EncryptedTextField


class School(models.Model):
    """培训机构: an organisation in the register of those who train, with its licence."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="school", verbose_name=_("单位")
    )
    short_name = models.CharField(_("简称"), max_length=30, help_text=_("用于班次名称。"))
    licence_number = models.CharField(_("办学许可证编号"), max_length=40)
    licensed = DateRangeField(_("许可证有效期"))
    address = models.CharField(_("办学地址"), max_length=200)
    district_code = models.CharField(_("所在区"), max_length=6)
    contact_name = models.CharField(_("联系人"), max_length=30)
    contact_phone = models.CharField(_("办公电话"), max_length=30, help_text=_("对外公布的办公电话。"))
    state = models.CharField(_("状态"), max_length=10, choices=SchoolState.choices, default=SchoolState.ACTIVE)
    registered_on = models.DateField(_("登记日期"))

    class Meta:
        verbose_name = _("培训机构")
        verbose_name_plural = _("培训机构")
        ordering = ["organisation__name"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SchoolState.values), name="school_state_is_known"),
            models.CheckConstraint(condition=Q(licensed__isempty=False), name="school_licence_has_days"),
        ]

    def __str__(self) -> str:
        return self.organisation.name


class SchoolScope(models.Model):
    """What a school may train, and when: an occupation, perhaps one work type, at one level, of one kind."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="scopes", verbose_name=_("培训机构"))
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
    level = models.PositiveSmallIntegerField(
        _("技能等级"), choices=SkillLevel.choices, null=True, blank=True, help_text=_("专项职业能力没有等级，留空。")
    )
    kind = models.CharField(_("培训类别"), max_length=12, choices=TrainingKind.choices)
    effective = DateRangeField(_("有效期"))
    basis = models.CharField(_("批准依据"), max_length=200, help_text=_("批复文号或申请编号。"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    granted_at = models.DateTimeField(_("批准时间"))

    class Meta:
        verbose_name = _("培训范围")
        verbose_name_plural = _("培训范围")
        ordering = ["school", "occupation", "work_type", "-level"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TrainingKind.values), name="school_scope_kind_is_known"),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="school_scope_period_is_not_empty"),
            models.CheckConstraint(
                condition=~Q(kind=TrainingKind.LEVEL) | Q(level__isnull=False), name="school_scope_for_a_level_names_it"
            ),
            ExclusionConstraint(
                name="school_scope_is_granted_once_a_day",
                expressions=[
                    ("school", RangeOperators.EQUAL),
                    ("occupation", RangeOperators.EQUAL),
                    (Coalesce("work_type", 0), RangeOperators.EQUAL),
                    (Coalesce("level", 0), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        parts = (self.occupation, self.work_type, self.get_level_display() if self.level else self.get_kind_display())
        return " ".join(str(part) for part in parts if part)


class Teacher(models.Model):
    """Somebody who teaches at a school. With an account she runs her sessions on her phone."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="teachers", verbose_name=_("培训机构"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="teachers",
        null=True,
        blank=True,
        verbose_name=_("登录账户"),
    )
    name = models.CharField(_("姓名"), max_length=30)
    id_number = EncryptedTextField(_("身份证号码"), help_text=_("加密保存，用于识别同一位教师在不同机构任教。"))
    id_number_index = BlindIndexField(source="id_number", kind="id_number", null=False, db_index=True)
    kind = models.CharField(_("专职或兼职"), max_length=10, choices=TeacherKind.choices)
    title = models.CharField(_("职称"), max_length=40, blank=True)
    subjects = models.CharField(_("担任课程"), max_length=200, blank=True)
    employed = DateRangeField(_("任教期间"))

    class Meta:
        verbose_name = _("教师")
        verbose_name_plural = _("教师")
        ordering = ["school", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "id_number_index"], name="teacher_stands_once_at_a_school"),
            models.CheckConstraint(condition=Q(kind__in=TeacherKind.values), name="teacher_kind_is_known"),
            models.CheckConstraint(condition=Q(employed__isempty=False), name="teacher_has_days"),
        ]

    def __str__(self) -> str:
        return self.name


class TeacherQualification(models.Model):
    """A paper that lets a teacher teach an occupation, with the day it ends."""

    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="qualifications", verbose_name=_("教师")
    )
    occupation = models.ForeignKey(
        Occupation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("职业")
    )
    name = models.CharField(_("资格名称"), max_length=60)
    level = models.CharField(_("资格等级"), max_length=20, blank=True)
    number = EncryptedTextField(_("证书编号"), blank=True, default="")
    valid = DateRangeField(_("有效期"), help_text=_("没有截止日期表示长期有效。"))
    withdrawn_at = models.DateTimeField(
        _("撤销时间"), null=True, blank=True, help_text=_("登记有误而撤销的，不再算数，但留存。")
    )

    class Meta:
        verbose_name = _("教师资格")
        verbose_name_plural = _("教师资格")
        ordering = ["teacher", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="teacher_qualification_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.level}".strip()


class Premises(models.Model):
    """教学场所: a room a school may teach in, with its seats."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="premises", verbose_name=_("培训机构"))
    name = models.CharField(_("场所名称"), max_length=60)
    kind = models.CharField(_("场所类别"), max_length=14, choices=PremisesKind.choices)
    address = models.CharField(_("地址"), max_length=200)
    district_code = models.CharField(_("所在区"), max_length=6)
    seats = models.PositiveSmallIntegerField(_("座位数"))
    usable = DateRangeField(_("可用期间"), help_text=_("租赁到期等；没有截止日期表示长期可用。"))

    class Meta:
        verbose_name = _("教学场所")
        verbose_name_plural = _("教学场所")
        ordering = ["school", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="premises_are_named_once"),
            models.CheckConstraint(condition=Q(kind__in=PremisesKind.values), name="premises_kind_is_known"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="premises_have_seats"),
            models.CheckConstraint(condition=Q(usable__isempty=False), name="premises_have_days"),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolEvent(models.Model):
    """Something that happened to a school's entry in the register. Rows are only added."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="events", verbose_name=_("培训机构"))
    action = models.CharField(_("动作"), max_length=40, help_text=_("例如 teacher.added。"))
    subject = models.CharField(_("对象"), max_length=120, blank=True, help_text=_("哪位教师、哪个场所、哪项范围。"))
    subject_id = models.PositiveBigIntegerField(_("对象编号"), null=True, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True, help_text=_("改前和改后；不含证件号码。"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("机构登记事件")
        verbose_name_plural = _("机构登记事件")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["school", "at"], name="school_event_by_school")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
