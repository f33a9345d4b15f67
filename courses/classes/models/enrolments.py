"""报名与学籍: who is in a class run, how she came there, and every move of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models.class_runs import ClassRun
from courses.classes.states import LIVE, ConfirmedThrough, EndReason, EnrolmentSource, EnrolmentState
from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from workers.models import Worker


class Enrolment(models.Model):
    """A worker in a class run. What a roster says of her is kept as it was said, for the claim that may follow."""

    class_run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("班次"))
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("从业人员"))
    state = models.CharField(_("状态"), max_length=14, choices=EnrolmentState.choices)
    source = models.CharField(_("报名方式"), max_length=8, choices=EnrolmentSource.choices)
    group_code = models.CharField(_("人员类别"), max_length=30, blank=True, help_text=_("报名时申报的人员类别代码。"))
    education = models.CharField(_("文化程度"), max_length=12, blank=True)
    address = EncryptedTextField(_("户籍地址"), blank=True, default="")
    bank = models.CharField(_("社保卡开户行"), max_length=60, blank=True)
    card = EncryptedTextField(_("社保卡账号"), blank=True, default="", help_text=_("名册上写的账号，加密保存。"))
    card_index = BlindIndexField(source="card", kind="account", db_index=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    enrolled_at = models.DateTimeField(_("报名时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_through = models.CharField(
        _("确认方式"), max_length=8, choices=ConfirmedThrough.choices, blank=True, help_text=_("凭什么认定本人同意。")
    )
    confirm_by = models.DateField(
        _("确认期限"), null=True, blank=True, help_text=_("候补递补后须在这一天以前确认；名册人员没有期限的留空。")
    )
    asked_at = models.DateTimeField(_("最近短信时间"), null=True, blank=True, help_text=_("请本人确认的短信。"))
    asked_count = models.PositiveSmallIntegerField(_("短信次数"), default=0)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_reason = models.CharField(_("退出原因"), max_length=20, choices=EndReason.choices, blank=True)
    moved_to = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="moved_from", null=True, blank=True, verbose_name=_("转入")
    )

    class Meta:
        verbose_name = _("报名与学籍")
        verbose_name_plural = _("报名与学籍")
        ordering = ["class_run", "enrolled_at", "pk"]
        indexes = [
            models.Index(fields=["worker", "state"], name="enrolment_by_worker"),
            models.Index(
                fields=["confirm_by"], condition=Q(state=EnrolmentState.INVITED), name="enrolment_awaits_answer"
            ),
            models.Index(
                fields=["class_run"],
                condition=Q(state=EnrolmentState.INVITED, asked_at__isnull=True),
                name="enrolment_to_be_asked",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EnrolmentState.values), name="enrolment_state_is_known"),
            models.CheckConstraint(condition=Q(source__in=EnrolmentSource.values), name="enrolment_source_is_known"),
            models.CheckConstraint(
                condition=Q(confirmed_through__in=["", *ConfirmedThrough.values]),
                name="enrolment_confirmation_is_known",
            ),
            models.UniqueConstraint(
                fields=["class_run", "worker"], condition=Q(state__in=sorted(LIVE)), name="enrolment_is_live_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.MOVED) | Q(moved_to__isnull=False), name="enrolment_moved_says_where"
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.DROPPED) | ~Q(end_reason=""), name="enrolment_dropped_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.get_state_display()}"


class EnrolmentEvent(models.Model):
    """One move of an enrolment. Rows are only added."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="events", verbose_name=_("报名与学籍")
    )
    action = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=14, blank=True)
    target = models.CharField(_("新状态"), max_length=14, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    reason = models.TextField(_("原因"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("学籍记录")
        verbose_name_plural = _("学籍记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
