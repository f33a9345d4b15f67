"""Applications of schools: a draft kept field by field, what it asks for, its papers, marks and history."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel, TrainingKind
from courses.schools.states import OPEN_STATES, ApplicationKind, ApplicationState, PaperKind
from foundation.accounts.models import Organisation


def private_files() -> Storage:
    """Where papers lie: encrypted, and no web address reaches them."""
    return storages["private"]


class SchoolApplication(models.Model):
    """入库、扩项、续期、变更申请. What was typed is kept as typed; rules judge it when it is submitted."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="school_applications", verbose_name=_("申请单位")
    )
    number = models.CharField(_("申请编号"), max_length=20, unique=True)
    kind = models.CharField(_("申请事项"), max_length=12, choices=ApplicationKind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    answers = models.JSONField(
        _("填写内容"), default=dict, blank=True, help_text=_("逐项保存，写错的也照原样留着，提交时再检查。")
    )
    round = models.PositiveSmallIntegerField(_("提交次数"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填写人")
    )
    started_at = models.DateTimeField(_("开始填写时间"))
    saved_at = models.DateTimeField(_("上次保存时间"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("提交人"),
    )
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reason = models.TextField(_("审核意见"), blank=True, help_text=_("最近一次退回、不通过的理由。"))
    clock_id = models.PositiveBigIntegerField(
        _("办理时限"), null=True, blank=True, help_text=_("没有公布办理期限时为空。")
    )
    due_on = models.DateField(
        _("办理期限"), null=True, blank=True, help_text=_("计时时的最后一天，用于排序；暂停时为空。")
    )

    class Meta:
        verbose_name = _("机构申请")
        verbose_name_plural = _("机构申请")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ApplicationKind.values), name="school_application_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="school_application_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(state__in=OPEN_STATES),
                name="school_application_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="school_application_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApplicationState.APPROVED, ApplicationState.REFUSED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="school_application_decided_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.SUBMITTED) | Q(submitted_by__isnull=False, round__gt=0),
                name="school_application_submitted_says_who",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="school_application_work_list")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"


class ApplicationScope(models.Model):
    """One line of the scope an application asks for."""

    application = models.ForeignKey(
        SchoolApplication, on_delete=models.CASCADE, related_name="scopes", verbose_name=_("机构申请")
    )
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("工种")
    )
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices, null=True, blank=True)
    kind = models.CharField(_("培训类别"), max_length=12, choices=TrainingKind.choices)

    class Meta:
        verbose_name = _("申请的培训范围")
        verbose_name_plural = _("申请的培训范围")
        ordering = ["occupation", "work_type", "-level", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TrainingKind.values), name="application_scope_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind=TrainingKind.LEVEL) | Q(level__isnull=False),
                name="application_scope_for_a_level_names_it",
            ),
            ExclusionConstraint(
                name="application_scope_is_asked_once",
                expressions=[
                    ("application", RangeOperators.EQUAL),
                    ("occupation", RangeOperators.EQUAL),
                    (Coalesce("work_type", 0), RangeOperators.EQUAL),
                    (Coalesce("level", 0), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        parts = (self.occupation, self.work_type, self.get_level_display() if self.level else self.get_kind_display())
        return " ".join(str(part) for part in parts if part)


class ApplicationPaper(models.Model):
    """A paper handed in. What was once submitted is only taken out of use, never erased."""

    application = models.ForeignKey(
        SchoolApplication, on_delete=models.PROTECT, related_name="papers", verbose_name=_("机构申请")
    )
    kind = models.CharField(_("材料类别"), max_length=12, choices=PaperKind.choices)
    file = models.FileField(_("文件"), storage=private_files, max_length=120)
    title = models.CharField(_("文件名"), max_length=120, help_text=_("上传时的文件名，仅供辨认。"))
    size = models.PositiveIntegerField(_("大小（字节）"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    added_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("申请材料")
        verbose_name_plural = _("申请材料")
        ordering = ["kind", "added_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="application_paper_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"


class ApplicationMark(models.Model):
    """An officer's remark on one field of one submission. Rows are only added."""

    application = models.ForeignKey(
        SchoolApplication, on_delete=models.PROTECT, related_name="marks", verbose_name=_("机构申请")
    )
    round = models.PositiveSmallIntegerField(_("第几次提交"))
    field = models.CharField(_("栏目"), max_length=30)
    remark = models.CharField(_("要改什么"), max_length=300)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("审核人")
    )
    marked_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("退回时的批注")
        verbose_name_plural = _("退回时的批注")
        ordering = ["application", "round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round", "field"], name="application_field_is_marked_once"),
            models.CheckConstraint(condition=~Q(remark=""), name="application_mark_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.remark}"


class ApplicationEvent(models.Model):
    """One move of an application; a submission keeps all that was handed in. Rows are only added."""

    application = models.ForeignKey(
        SchoolApplication, on_delete=models.PROTECT, related_name="events", verbose_name=_("机构申请")
    )
    move = models.CharField(_("动作"), max_length=10)
    source = models.CharField(_("原状态"), max_length=10, choices=ApplicationState.choices, blank=True)
    target = models.CharField(_("新状态"), max_length=10, choices=ApplicationState.choices)
    reason = models.TextField(_("理由"), blank=True)
    data = models.JSONField(_("提交内容"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("申请经过")
        verbose_name_plural = _("申请经过")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["application", "at"], name="school_application_history")]

    def __str__(self) -> str:
        return f"{self.move} {self.at:%Y-%m-%d %H:%M}"
