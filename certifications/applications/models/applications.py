"""申报: what a worker hands in to be assessed, row by row, what was found, and every move. Other people's names are
encrypted, as are her own answers.
"""

import json
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from certifications.applications.states import OPEN_STATES, ApplicationState, PaperKind, Trade, Verdict
from certifications.plans.models import AssessmentPlan, Candidate
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from foundation.crypto.fields import EncryptedTextField
from workers.models import Education, Employment, Worker
from workers.states import EducationLevel


def private_files() -> Storage:
    """Where papers lie: encrypted, and no web address reaches them."""
    return storages["private"]


class LevelApplication(models.Model):
    """《福建省职业技能等级认定申报表》. Occupation and level stand here too, so that the database can count them."""

    number = models.CharField(_("申报编号"), max_length=20, unique=True)
    plan = models.ForeignKey(
        AssessmentPlan, on_delete=models.PROTECT, related_name="applications", verbose_name=_("考核计划")
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="level_applications", verbose_name=_("从业人员")
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("申报人账户")
    )
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("工种")
    )
    level = models.PositiveSmallIntegerField(_("申报等级"), choices=SkillLevel.choices)
    state = models.CharField(_("状态"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    answers_text = EncryptedTextField(
        _("填写内容"), blank=True, default="", help_text=_("逐项保存，写错的也照原样留着，提交时再检查。")
    )
    round = models.PositiveSmallIntegerField(_("提交次数"), default=0)
    started_at = models.DateTimeField(_("开始填写时间"))
    saved_at = models.DateTimeField(_("上次保存时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    verdict = models.CharField(
        _("平台判断"), max_length=10, choices=Verdict.choices, blank=True, help_text=_("最近一次提交时的判断。")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reason = models.TextField(_("审核意见"), blank=True)
    candidate = models.OneToOneField(
        Candidate,
        on_delete=models.PROTECT,
        related_name="application",
        null=True,
        blank=True,
        verbose_name=_("考生"),
    )

    class Meta:
        verbose_name = _("认定申报")
        verbose_name_plural = _("认定申报")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["plan", "state", "submitted_at"], name="level_application_work_list"),
            models.Index(fields=["worker", "state"], name="level_application_by_worker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="level_application_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__in=Verdict.values), name="level_application_verdict_is_known"
            ),
            models.UniqueConstraint(
                "worker",
                "occupation",
                Coalesce("work_type", 0),
                "level",
                condition=Q(state__in=OPEN_STATES),
                name="level_application_one_open_of_a_level",
            ),
            models.UniqueConstraint(
                fields=["worker", "plan"],
                condition=Q(state__in=[*OPEN_STATES, ApplicationState.ACCEPTED]),
                name="level_application_one_of_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applicant")),
                name="level_application_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApplicationState.ACCEPTED, ApplicationState.REFUSED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="level_application_decided_says_who",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.ACCEPTED, candidate__isnull=False)
                | (~Q(state=ApplicationState.ACCEPTED) & Q(candidate__isnull=True)),
                name="level_application_accepted_is_a_candidate",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApplicationState.REFUSED, ApplicationState.RETURNED]) | ~Q(reason=""),
                name="level_application_refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.SUBMITTED)
                | (Q(submitted_at__isnull=False, round__gt=0) & ~Q(verdict="")),
                name="level_application_submitted_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def answers(self) -> dict[str, str]:
        """What she wrote, as she wrote it."""
        found: dict[str, str] = json.loads(self.answers_text) if self.answers_text else {}
        return found

    @answers.setter
    def answers(self, answers: dict[str, Any]) -> None:
        self.answers_text = json.dumps(answers, ensure_ascii=False, sort_keys=True)

    @property
    def target(self) -> str:
        """What she wants to be assessed for, in words."""
        parts = (self.occupation, self.work_type, self.get_level_display())
        return " ".join(str(part) for part in parts if part)


class StudyRow(models.Model):
    """学习经历: from junior middle school on."""

    application = models.ForeignKey(
        LevelApplication, on_delete=models.CASCADE, related_name="studies", verbose_name=_("认定申报")
    )
    education = models.ForeignKey(
        Education,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("档案中的学历"),
    )
    level = models.CharField(_("程度"), max_length=12, choices=EducationLevel.choices)
    school = models.CharField(_("所在院校"), max_length=100)
    major = models.CharField(_("专业"), max_length=60, blank=True)
    graduated_on = models.DateField(
        _("毕业时间"), null=True, blank=True, help_text=_("毕业当月一日；还在读的是预计毕业时间，不知道的留空。")
    )

    class Meta:
        verbose_name = _("学习经历")
        verbose_name_plural = _("学习经历")
        ordering = ["application", F("graduated_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=EducationLevel.values), name="study_row_level_is_known"),
            models.UniqueConstraint(
                fields=["application", "education"],
                condition=Q(education__isnull=False),
                name="study_row_of_the_file_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.school}"


class WorkRow(models.Model):
    """工作经历: from which month to which, in which trade, for whom, and who can say so."""

    application = models.ForeignKey(
        LevelApplication, on_delete=models.CASCADE, related_name="works", verbose_name=_("认定申报")
    )
    employment = models.ForeignKey(
        Employment,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("档案中的工作"),
    )
    first_month = models.DateField(_("从哪个月"), help_text=_("当月一日。"))
    last_month = models.DateField(_("到哪个月"), null=True, blank=True, help_text=_("当月一日；还在做的留空。"))
    post = models.CharField(_("从事何职业"), max_length=50)
    trade = models.CharField(_("和申报职业的关系"), max_length=10, choices=Trade.choices)
    employer = models.CharField(_("所在单位"), max_length=100)
    employer_credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    witness_name = EncryptedTextField(_("证明人姓名"), blank=True, default="")
    witness_phone = EncryptedTextField(_("证明人电话"), blank=True, default="")

    class Meta:
        verbose_name = _("工作经历")
        verbose_name_plural = _("工作经历")
        ordering = ["application", "first_month", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(trade__in=Trade.values), name="work_row_trade_is_known"),
            models.CheckConstraint(
                condition=Q(first_month__day=1) & (Q(last_month__isnull=True) | Q(last_month__day=1)),
                name="work_row_months_are_first_days",
            ),
            models.CheckConstraint(
                condition=Q(last_month__isnull=True) | Q(last_month__gte=F("first_month")),
                name="work_row_ends_after_its_beginning",
            ),
            models.UniqueConstraint(
                fields=["application", "employment"],
                condition=Q(employment__isnull=False),
                name="work_row_of_the_file_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.post}"


class ApplicationPaper(models.Model):
    """A paper handed in. What was once submitted is only taken out of use."""

    application = models.ForeignKey(
        LevelApplication, on_delete=models.PROTECT, related_name="papers", verbose_name=_("认定申报")
    )
    kind = models.CharField(_("材料类别"), max_length=15, choices=PaperKind.choices)
    employer = models.CharField(_("哪个单位的"), max_length=100, blank=True)
    file = models.FileField(_("文件"), storage=private_files, max_length=120)
    size = models.PositiveIntegerField(_("大小（字节）"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    added_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("申报材料")
        verbose_name_plural = _("申报材料")
        ordering = ["kind", "added_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="level_paper_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.employer}".strip()


class ApplicationDecision(models.Model):
    """What the platform found at a submission, as the decision engine writes it. Rows are only added."""

    application = models.ForeignKey(
        LevelApplication, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("认定申报")
    )
    round = models.PositiveSmallIntegerField(_("第几次提交"))
    verdict = models.CharField(_("平台判断"), max_length=10, choices=Verdict.choices)
    content = models.TextField(_("判断全文"))
    digest = models.CharField(_("摘要"), max_length=64)
    on = models.DateField(_("按哪天的条件"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("申报条件判断")
        verbose_name_plural = _("申报条件判断")
        ordering = ["application", "round"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="level_application_is_judged_once_a_round"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="level_decision_verdict_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.get_verdict_display()}"


class ApplicationMark(models.Model):
    """A remark on one field of one submission. Rows are only added."""

    application = models.ForeignKey(
        LevelApplication, on_delete=models.PROTECT, related_name="marks", verbose_name=_("认定申报")
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
            models.UniqueConstraint(
                fields=["application", "round", "field"], name="level_application_field_is_marked_once"
            ),
            models.CheckConstraint(condition=~Q(remark=""), name="level_application_mark_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.remark}"


class ApplicationEvent(models.Model):
    """One move of an application. Rows are only added."""

    application = models.ForeignKey(
        LevelApplication, on_delete=models.PROTECT, related_name="events", verbose_name=_("认定申报")
    )
    move = models.CharField(_("动作"), max_length=10)
    source = models.CharField(_("原状态"), max_length=10, choices=ApplicationState.choices, blank=True)
    target = models.CharField(_("新状态"), max_length=10, choices=ApplicationState.choices)
    reason = models.TextField(_("理由"), blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True, help_text=_("只有编号和数字，没有个人信息。"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("申报经过")
        verbose_name_plural = _("申报经过")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["application", "at"], name="level_application_history")]

    def __str__(self) -> str:
        return f"{self.move} {self.at:%Y-%m-%d %H:%M}"
