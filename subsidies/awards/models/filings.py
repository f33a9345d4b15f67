"""奖励申报: what an employer files for one worker, the parts that are paid, and what was said of her service."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models import LevelCertificate, PriorCertificate
from foundation.accounts.models import Organisation
from subsidies.awards.states import LIVE_FILINGS, AwardKind, EndKind, FilingState, InstalmentState, Party, ServiceState
from subsidies.schemes.models import Scheme
from workers.models import Education, Worker


class AwardFiling(models.Model):
    """One filing. What was promised when it was accepted is frozen with it; nothing later changes it."""

    number = models.CharField(_("申报编号"), max_length=16, unique=True, help_text=_("由平台给出：J、年份、流水号。"))
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="filings", verbose_name=_("奖励项目"))
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="award_filings", verbose_name=_("用人单位")
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="award_filings", verbose_name=_("从业人员")
    )
    kind = models.CharField(_("种类"), max_length=10, choices=AwardKind.choices)
    grade = models.CharField(_("等级或学历"), max_length=20, help_text=_("奖励标准里的代码，例如 level5、college。"))
    level_certificate = models.ForeignKey(
        LevelCertificate, on_delete=models.PROTECT, related_name="award_filings", null=True, blank=True
    )
    prior_certificate = models.ForeignKey(
        PriorCertificate, on_delete=models.PROTECT, related_name="award_filings", null=True, blank=True
    )
    education = models.ForeignKey(
        Education, on_delete=models.PROTECT, related_name="award_filings", null=True, blank=True
    )
    certificate_number = models.CharField(_("证书编号"), max_length=60, blank=True, help_text=_("单位填写的。"))
    post = models.CharField(_("岗位"), max_length=50)
    started_on = models.DateField(_("合同开始日期"))
    left_on = models.DateField(_("离职日期"), null=True, blank=True, help_text=_("在岗的最后一天。"))
    state = models.CharField(_("状态"), max_length=10, choices=FilingState.choices, default=FilingState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    created_at = models.DateTimeField(_("建立时间"))
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("提交人"),
    )
    filed_on = models.DateField(
        _("申报日期"), null=True, blank=True, help_text=_("第一次提交的日子；按这一天的政策办。")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("受理人"),
    )
    decided_on = models.DateField(_("办理日期"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    total_fen = models.PositiveBigIntegerField(_("奖励总额（分）"), null=True, blank=True)
    parts = models.PositiveSmallIntegerField(_("分几期"), null=True, blank=True)
    months_between = models.PositiveSmallIntegerField(_("每期服务月数"), null=True, blank=True)
    is_highest_only = models.BooleanField(_("就高不重复"), default=False)
    promise = models.TextField(_("受理时的标准"), blank=True, help_text=_("各项数值、版本和条款，规范格式。"))
    end_kind = models.CharField(_("终止原因"), max_length=10, choices=EndKind.choices, blank=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("奖励申报")
        verbose_name_plural = _("奖励申报")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["employer", "-id"], name="award_filing_by_employer"),
            models.Index(fields=["state", "-id"], name="award_filing_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FilingState.values), name="award_filing_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=AwardKind.values), name="award_filing_kind_is_known"),
            models.CheckConstraint(
                condition=(
                    Q(kind=AwardKind.LEVEL, education__isnull=True)
                    & ~Q(level_certificate__isnull=False, prior_certificate__isnull=False)
                )
                | (~Q(kind=AwardKind.LEVEL) & Q(level_certificate__isnull=True, prior_certificate__isnull=True)),
                name="award_filing_names_what_it_is_for",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[FilingState.DRAFT, FilingState.WITHDRAWN])
                | Q(filed_on__isnull=False, filed_by__isnull=False),
                name="award_filing_filed_says_by_whom",
            ),
            # What is filed stands on a paper that was found.
            models.CheckConstraint(
                condition=Q(state__in=[FilingState.DRAFT, FilingState.WITHDRAWN])
                | Q(level_certificate__isnull=False)
                | Q(prior_certificate__isnull=False)
                | Q(education__isnull=False),
                name="award_filing_filed_stands_on_a_paper",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("filed_by")),
                name="award_filing_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[FilingState.ACCEPTED, FilingState.ENDED])
                | Q(
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    total_fen__gt=0,
                    parts__gt=0,
                    months_between__isnull=False,
                ),
                name="award_filing_accepted_is_promised",
            ),
            models.CheckConstraint(
                condition=~Q(state=FilingState.ENDED) | (Q(ended_on__isnull=False) & ~Q(end_kind="")),
                name="award_filing_ended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("started_on")),
                name="award_filing_left_after_beginning",
            ),
            models.UniqueConstraint(
                fields=["worker", "scheme", "grade"],
                condition=Q(state__in=sorted(LIVE_FILINGS)),
                name="award_filing_stands_once_a_grade",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AwardInstalment(models.Model):
    """一期: made when the filing is accepted; it falls due, is claimed and is paid, or is lost."""

    filing = models.ForeignKey(
        AwardFiling, on_delete=models.PROTECT, related_name="instalments", verbose_name=_("奖励申报")
    )
    number = models.PositiveSmallIntegerField(_("第几期"))
    planned_fen = models.PositiveBigIntegerField(_("本期标准（分）"))
    due_on = models.DateField(_("到期日"), null=True, blank=True, help_text=_("服务月份核实够了才有。"))
    state = models.CharField(_("状态"), max_length=10, choices=InstalmentState.choices, default=InstalmentState.WAITING)
    note = models.CharField(_("说明"), max_length=300, blank=True, help_text=_("为什么还没发，或者为什么不发。"))
    claim_number = models.CharField(_("申领编号"), max_length=16, blank=True)
    amount_fen = models.PositiveBigIntegerField(_("核定金额（分）"), null=True, blank=True)
    paid_on = models.DateField(_("到账日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("奖励分期")
        verbose_name_plural = _("奖励分期")
        ordering = ["filing", "number"]
        indexes = [models.Index(fields=["state", "due_on"], name="award_part_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["filing", "number"], name="award_part_is_one"),
            models.CheckConstraint(condition=Q(number__gte=1), name="award_part_is_counted_from_one"),
            models.CheckConstraint(condition=Q(state__in=InstalmentState.values), name="award_part_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[InstalmentState.WAITING, InstalmentState.LOST]) | Q(due_on__isnull=False),
                name="award_part_that_came_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[InstalmentState.CLAIMED, InstalmentState.PAID])
                | (Q(amount_fen__gt=0) & ~Q(claim_number="")),
                name="award_part_claimed_names_the_claim",
            ),
            models.CheckConstraint(
                condition=~Q(state=InstalmentState.PAID) | Q(paid_on__isnull=False), name="award_part_paid_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state=InstalmentState.LOST) | ~Q(note=""), name="award_part_lost_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.number} {self.get_state_display()}"


class ServiceStatement(models.Model):
    """在岗证明: months that an employer says she served; they count once an officer has found them right."""

    filing = models.ForeignKey(
        AwardFiling, on_delete=models.PROTECT, related_name="statements", verbose_name=_("奖励申报")
    )
    first = models.DateField(_("第一个月"), help_text=_("当月一日。"))
    last = models.DateField(_("最后一个月"), help_text=_("当月一日。"))
    basis = models.CharField(_("凭据"), max_length=200, help_text=_("工资单、考勤表等。"))
    state = models.CharField(_("状态"), max_length=10, choices=ServiceState.choices, default=ServiceState.STATED)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    stated_at = models.DateTimeField(_("填报时间"))
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
        verbose_name = _("在岗证明")
        verbose_name_plural = _("在岗证明")
        ordering = ["filing", "first", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ServiceState.values), name="award_service_state_is_known"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="award_service_months_are_in_order"),
            models.CheckConstraint(
                condition=Q(state=ServiceState.STATED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="award_service_decided_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("stated_by")),
                name="award_service_is_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m} {self.last:%Y-%m} {self.get_state_display()}"


class AwardEvent(models.Model):
    """One step of a filing or of one of its parts. Rows are only added."""

    filing = models.ForeignKey(AwardFiling, on_delete=models.PROTECT, related_name="events", verbose_name=_("奖励申报"))
    instalment = models.ForeignKey(
        AwardInstalment, on_delete=models.PROTECT, related_name="events", null=True, blank=True, verbose_name=_("分期")
    )
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10)
    party = models.CharField(_("以谁的名义"), max_length=8, choices=Party.choices)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("奖励申报记录")
        verbose_name_plural = _("奖励申报记录")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["filing", "id"], name="award_event_by_filing")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
