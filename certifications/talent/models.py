"""技能人才登记: one entry for a skilled worker, her appointments and what she has done besides. The rest is on file."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.talent.states import AppointmentKind, AppointmentState, ContributionKind, TalentState
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import Organisation
from foundation.crypto.fields import EncryptedTextField
from workers.models import SkillRecordEntry, Worker
from workers.states import Standing


class TalentRecord(models.Model):
    """She holds a guaranteed level. What is on file elsewhere (schooling, jobs, insurance) is read there."""

    worker = models.OneToOneField(Worker, on_delete=models.PROTECT, related_name="talent", verbose_name=_("从业人员"))
    state = models.CharField(_("状态"), max_length=10, choices=TalentState.choices)
    level = models.PositiveSmallIntegerField(_("最高等级"), choices=SkillLevel.choices)
    # Empty: no figure of the day says where high skill begins.
    is_high_skilled = models.BooleanField(_("高技能人才"), null=True, help_text=_("按当天有效的起点等级算。"))
    occupation_code = models.CharField(_("职业编码"), max_length=12, blank=True)
    occupation_name = models.CharField(_("职业"), max_length=60, blank=True)
    entry = models.ForeignKey(
        SkillRecordEntry,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("凭哪条技能记录"),
    )
    registered_on = models.DateField(_("登记日期"))
    ethnicity = EncryptedTextField(_("民族"), blank=True, default="", help_text=_("本人自愿填写。"))
    household_address = EncryptedTextField(_("户籍地址"), blank=True, default="", help_text=_("本人自愿填写。"))
    permit_number = EncryptedTextField(_("居住证号"), blank=True, default="", help_text=_("本人自愿填写。"))
    permit_endorsed_on = models.DateField(_("最近签注日期"), null=True, blank=True)
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("技能人才登记")
        verbose_name_plural = _("技能人才登记")
        ordering = ["-registered_on", "-pk"]
        indexes = [models.Index(fields=["state", "level", "-id"], name="talent_by_level")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TalentState.values), name="talent_state_is_known"),
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="talent_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.get_level_display()}"


class TalentAppointment(models.Model):
    """聘任: filed by the employer, compared with the paper by an officer."""

    record = models.ForeignKey(
        TalentRecord, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("技能人才登记")
    )
    kind = models.CharField(_("种类"), max_length=20, choices=AppointmentKind.choices)
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="talent_appointments", verbose_name=_("用人单位")
    )
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    post = models.CharField(_("聘任岗位"), max_length=50)
    effective = DateRangeField(_("聘期"))
    basis = models.CharField(_("评聘文件"), max_length=100, help_text=_("文号或名称。"))
    state = models.CharField(_("状态"), max_length=10, choices=AppointmentState.choices, default=AppointmentState.FILED)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    filed_at = models.DateTimeField(_("填报时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核对人"),
    )
    decided_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    reason = models.CharField(_("核对说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("聘任")
        verbose_name_plural = _("聘任")
        ordering = ["-effective", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AppointmentKind.values), name="talent_appointment_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AppointmentState.values), name="talent_appointment_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(effective__isempty=False, effective__startswith__isnull=False),
                name="talent_appointment_period_begins",
            ),
            models.CheckConstraint(
                condition=Q(state=AppointmentState.FILED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="talent_appointment_decided_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("filed_by")),
                name="talent_appointment_is_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.post}"


class TalentContribution(models.Model):
    """竞赛、荣誉、带徒、专利、志愿服务: declared by her, or confirmed by an officer who saw the paper."""

    record = models.ForeignKey(
        TalentRecord, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("技能人才登记")
    )
    kind = models.CharField(_("种类"), max_length=12, choices=ContributionKind.choices)
    title = models.CharField(_("名称"), max_length=100)
    issuer = models.CharField(_("颁发或证明单位"), max_length=100, blank=True)
    on = models.DateField(_("日期"))
    count = models.PositiveIntegerField(_("人数或小时"), null=True, blank=True, help_text=_("带徒写人数，志愿写小时。"))
    standing = models.CharField(_("可信程度"), max_length=10, choices=Standing.choices, default=Standing.DECLARED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    entered_at = models.DateTimeField(_("填报时间"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核实人"),
    )
    confirmed_at = models.DateTimeField(_("核实时间"), null=True, blank=True)
    confirmed_reason = models.CharField(_("核实依据"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("贡献和荣誉")
        verbose_name_plural = _("贡献和荣誉")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ContributionKind.values), name="talent_contribution_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(standing=Standing.DECLARED, confirmed_at__isnull=True)
                | (
                    Q(standing=Standing.GUARANTEED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_reason="")
                ),
                name="talent_contribution_confirmed_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"


class TalentEvent(models.Model):
    """Something that happened to an entry. Rows are only added."""

    record = models.ForeignKey(
        TalentRecord, on_delete=models.PROTECT, related_name="events", verbose_name=_("技能人才登记")
    )
    action = models.CharField(_("动作"), max_length=30)
    target = models.CharField(_("新状态"), max_length=20, blank=True)
    level = models.PositiveSmallIntegerField(_("等级"), choices=SkillLevel.choices)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("技能人才登记记录")
        verbose_name_plural = _("技能人才登记记录")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["record", "id"], name="talent_event_by_record")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
