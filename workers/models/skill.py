"""技能档案: what a worker learnt and was certified for, line by line, as the floors above write it down."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workers.models.identity import Worker
from workers.states import SKILL_COUNTS, HoursKind, SkillKind, SkillState, Standing


class SkillRecordEntry(models.Model):
    """One line: what, by whom, since when, and who stands for it.

    Occupation and level are kept in words and codes, because a file outlives every catalogue. ``reference`` is the key
    of the row above that the line follows (``certificates.levelcertificate:17``); that row is never asked for.
    """

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="skills", verbose_name=_("从业人员"))
    kind = models.CharField(_("种类"), max_length=30, choices=SkillKind.choices)
    title = models.CharField(_("名称"), max_length=160)
    occupation_code = models.CharField(_("职业编码"), max_length=12, blank=True)
    occupation_name = models.CharField(_("职业"), max_length=60, blank=True)
    work_type_name = models.CharField(_("工种"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(
        _("技能等级代码"), null=True, blank=True, help_text=_("5 至 1 为五级至一级。")
    )
    level_name = models.CharField(_("技能等级"), max_length=20, blank=True)
    hours_kind = models.CharField(
        _("学时种类"), max_length=10, choices=HoursKind.choices, blank=True, help_text=_("只有培训学时才有。")
    )
    hours = models.DecimalField(
        _("学时"), max_digits=6, decimal_places=1, null=True, blank=True, help_text=_("每学时 45 分钟。")
    )
    number = models.CharField(_("证书编号"), max_length=60, blank=True)
    issuer_name = models.CharField(_("颁发单位"), max_length=120, blank=True)
    issued_on = models.DateField(_("颁发日期"))
    standing = models.CharField(_("可信程度"), max_length=10, choices=Standing.choices)
    source = models.CharField(_("来源"), max_length=200, help_text=_("凭什么记入：发证单位、查询结果或本人填报。"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核实人"),
        help_text=_("由发证单位直接记入的没有核实人。"),
    )
    confirmed_at = models.DateTimeField(_("核实时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=SkillState.choices, default=SkillState.VALID)
    reference = models.CharField(_("对应记录"), max_length=80, unique=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("记入人")
    )
    recorded_at = models.DateTimeField(_("记入时间"))

    class Meta:
        verbose_name = _("技能档案记录")
        verbose_name_plural = _("技能档案记录")
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["worker", "-issued_on"], name="skill_entry_by_worker"),
            models.Index(fields=["number"], name="skill_entry_by_number", condition=~Q(number="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SkillKind.values), name="skill_entry_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=SkillState.values), name="skill_entry_state_is_known"),
            models.CheckConstraint(condition=~Q(reference="") & ~Q(title=""), name="skill_entry_says_what"),
            models.CheckConstraint(
                condition=Q(hours__isnull=True, hours_kind="")
                | Q(kind=SkillKind.TRAINING_HOURS, hours__gt=0, hours_kind__in=HoursKind.values),
                name="skill_entry_hours_say_what_for",
            ),
            models.CheckConstraint(
                condition=Q(standing=Standing.DECLARED, confirmed_at__isnull=True)
                | (Q(standing=Standing.GUARANTEED, confirmed_at__isnull=False) & ~Q(source="")),
                name="skill_entry_guaranteed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"

    @property
    def is_guaranteed(self) -> bool:
        return self.standing == Standing.GUARANTEED

    @property
    def is_counted(self) -> bool:
        """Whether the line stands today."""
        return self.state in SKILL_COUNTS


class SkillRecordEvent(models.Model):
    """Something that happened to a line of a skill record, with what it read before. Rows are only added."""

    entry = models.ForeignKey(
        SkillRecordEntry, on_delete=models.PROTECT, related_name="events", verbose_name=_("技能档案记录")
    )
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=12, blank=True)
    target = models.CharField(_("新状态"), max_length=12)
    standing = models.CharField(_("可信程度"), max_length=10, choices=Standing.choices)
    before = models.JSONField(_("改动前"), default=dict, help_text=_("被改动的各项原来的内容。"))
    reason = models.TextField(_("原因"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("技能档案事件")
        verbose_name_plural = _("技能档案事件")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["entry", "at"], name="skill_event_by_entry")]
        constraints = [
            models.CheckConstraint(condition=Q(target__in=SkillState.values), name="skill_event_target_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
