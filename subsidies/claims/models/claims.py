"""申领: one worker, one scheme, one certificate or class."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models import LevelCertificate, PriorCertificate, TrainingCertificate
from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun, Enrolment
from courses.schools.models import School
from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from foundation.policy.models import PolicyDocument
from subsidies.awards.models import AwardInstalment
from subsidies.claims.states import LIVE, Channel, ClaimState, ClassClaimState
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Family, Fund, Lane, Payee
from workers.models import Worker


def private_files() -> Storage:
    """Where papers of claims lie: encrypted, and no web address reaches them."""
    return storages["private"]


class RefusalReason(models.Model):
    """不予核定的情形: a dated line with its article, so that every refusal of a kind says the same."""

    code = models.SlugField(_("代码"), max_length=40)
    title = models.CharField(_("情形"), max_length=100)
    advice = models.CharField(_("申领人可以怎么办"), max_length=200)
    effective = DateRangeField(_("执行期间"))
    document = models.ForeignKey(
        PolicyDocument, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("依据文件")
    )
    article = models.CharField(_("条款"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("不予核定的情形")
        verbose_name_plural = _("不予核定的情形")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "effective"], name="refusal_reason_is_one_of_a_code"),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="refusal_reason_period_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title


class ClassClaim(models.Model):
    """机构代为申领: the claims of a class, prepared together and sent together."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="class_claims", verbose_name=_("培训机构")
    )
    class_run = models.ForeignKey(
        ClassRun, on_delete=models.PROTECT, related_name="class_claims", verbose_name=_("班次")
    )
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", verbose_name=_("补贴项目"))
    state = models.CharField(_("状态"), max_length=10, choices=ClassClaimState.choices, default=ClassClaimState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    created_at = models.DateTimeField(_("建立时间"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("班级申领")
        verbose_name_plural = _("班级申领")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClassClaimState.values), name="class_claim_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ClassClaimState.SUBMITTED)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="class_claim_submitted_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["class_run", "scheme"],
                condition=Q(state=ClassClaimState.DRAFT),
                name="class_claim_is_prepared_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_run_id} {self.get_state_display()}"


class Claim(models.Model):
    """One claim. What it is for is fixed when it is sent; its amount is that of its last decision.

    The columns from ``lane`` to ``issued_on`` are copies: they are what claims are compared by, and a certificate
    corrected later must not change what was claimed.
    """

    number = models.CharField(_("申领编号"), max_length=16, unique=True, help_text=_("由平台给出：S、年份、流水号。"))
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="claims", verbose_name=_("补贴项目"))
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="claims", verbose_name=_("从业人员"))
    payee = models.CharField(_("发放对象"), max_length=8, choices=Payee.choices)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="claims", null=True, blank=True, verbose_name=_("培训机构")
    )
    class_claim = models.ForeignKey(
        ClassClaim, on_delete=models.PROTECT, related_name="claims", null=True, blank=True, verbose_name=_("班级申领")
    )
    training_certificate = models.ForeignKey(
        TrainingCertificate, on_delete=models.PROTECT, related_name="claims", null=True, blank=True
    )
    level_certificate = models.ForeignKey(
        LevelCertificate, on_delete=models.PROTECT, related_name="claims", null=True, blank=True
    )
    prior_certificate = models.ForeignKey(
        PriorCertificate, on_delete=models.PROTECT, related_name="claims", null=True, blank=True
    )
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        verbose_name=_("学籍"),
        help_text=_("按培训申领的；按证书申领、而证书来自一个班的，也记在这里。"),
    )
    award_instalment = models.ForeignKey(
        AwardInstalment,
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        verbose_name=_("奖励分期"),
    )
    lane = models.CharField(_("互斥类别"), max_length=12, choices=Lane.choices)
    family = models.CharField(_("种类"), max_length=12, choices=Family.choices)
    fund = models.CharField(_("资金来源"), max_length=12, choices=Fund.choices)
    occupation_code = models.CharField(_("职业编码"), max_length=12, blank=True)
    work_type_name = models.CharField(_("工种"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices, null=True, blank=True)
    certificate_number = models.CharField(_("证书编号"), max_length=60, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    district_code = models.CharField(_("区划"), max_length=6)
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"), default=0)
    fee_fen = models.PositiveBigIntegerField(
        _("评价收费（分）"),
        null=True,
        blank=True,
        help_text=_("按收费比例发的补贴：申领人照票据填写，由工作人员核对。"),
    )
    account = EncryptedTextField(_("收款账号"), blank=True, default="")
    account_index = BlindIndexField(source="account", kind="account", db_index=True)
    state = models.CharField(_("状态"), max_length=16, choices=ClaimState.choices, default=ClaimState.DRAFT)
    channel = models.CharField(_("申领方式"), max_length=8, choices=Channel.choices)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    created_at = models.DateTimeField(_("建立时间"))
    submitted_on = models.DateField(_("提交日期"), null=True, blank=True)
    due_on = models.DateField(_("本环节截止日"), null=True, blank=True, help_text=_("随时限停止和恢复而变。"))
    risk = models.PositiveSmallIntegerField(_("风险分"), default=0, help_text=_("核查结果加总，0 为没有发现。"))
    screened_at = models.DateTimeField(_("最近核查时间"), null=True, blank=True)
    intake_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("初审人"),
    )
    review_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("复核人"),
    )
    refusal = models.ForeignKey(
        RefusalReason,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("不予核定的情形"),
    )
    paid_on = models.DateField(_("到账日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("补贴申领")
        verbose_name_plural = _("补贴申领")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="claim_work_list"),
            # The two orders of the officers' desk, over the few that wait among a million.
            models.Index(
                fields=["due_on", "-risk", "id"],
                condition=Q(state__in=[ClaimState.SUBMITTED, ClaimState.INTAKE_PASSED]),
                name="claim_desk_by_deadline",
            ),
            models.Index(
                fields=["-risk", "due_on", "id"],
                condition=Q(state__in=[ClaimState.SUBMITTED, ClaimState.INTAKE_PASSED]),
                name="claim_desk_by_risk",
            ),
            models.Index(fields=["state", "-id"], name="claim_by_state"),
            # The newest claims are not paid yet: read by their number, a million would be passed over first.
            models.Index(fields=["-paid_on", "-id"], condition=Q(state=ClaimState.PAID), name="claim_paid_lately"),
            models.Index(fields=["worker", "lane", "state"], name="claim_by_worker"),
            models.Index(fields=["scheme", "state", "-id"], name="claim_by_scheme"),
            models.Index(fields=["district_code", "state", "-id"], name="claim_by_district"),
            models.Index(fields=["school", "-id"], condition=Q(school__isnull=False), name="claim_by_school"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_is_known"),
            models.CheckConstraint(condition=Q(lane__in=Lane.values), name="claim_lane_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="claim_channel_is_known"),
            models.CheckConstraint(
                condition=Q(
                    training_certificate__isnull=False, level_certificate__isnull=True, prior_certificate__isnull=True
                )
                | Q(training_certificate__isnull=True, level_certificate__isnull=False, prior_certificate__isnull=True)
                | Q(training_certificate__isnull=True, level_certificate__isnull=True, prior_certificate__isnull=False)
                | Q(
                    training_certificate__isnull=True,
                    level_certificate__isnull=True,
                    prior_certificate__isnull=True,
                )
                & (Q(enrolment__isnull=False) | Q(award_instalment__isnull=False)),
                name="claim_names_what_it_is_for",
            ),
            models.CheckConstraint(
                condition=Q(award_instalment__isnull=True)
                | Q(
                    training_certificate__isnull=True,
                    level_certificate__isnull=True,
                    prior_certificate__isnull=True,
                    enrolment__isnull=True,
                    lane=Lane.AWARD,
                ),
                name="claim_for_an_award_names_nothing_else",
            ),
            models.CheckConstraint(
                condition=~Q(payee=Payee.SCHOOL) | Q(school__isnull=False), name="claim_to_a_school_names_it"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.DRAFT) | Q(state=ClaimState.WITHDRAWN) | Q(submitted_on__isnull=False),
                name="claim_sent_says_when",
            ),
            models.CheckConstraint(condition=Q(fee_fen__isnull=True) | Q(fee_fen__gt=0), name="claim_fee_is_an_amount"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(set(ClaimState) - LIVE)) | Q(amount_fen__gt=0),
                name="claim_that_stands_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(intake_by__isnull=True) | Q(review_by__isnull=True) | ~Q(intake_by=F("review_by")),
                name="claim_is_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(intake_by__isnull=True) | ~Q(intake_by=F("created_by")),
                name="claim_is_not_passed_by_who_filled_it_in",
            ),
            models.CheckConstraint(
                condition=Q(review_by__isnull=True) | ~Q(review_by=F("created_by")),
                name="claim_is_not_reviewed_by_who_filled_it_in",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=sorted(
                        set(ClaimState)
                        - {
                            ClaimState.REVIEWED,
                            ClaimState.PUBLISHED,
                            ClaimState.DISPUTED,
                            ClaimState.APPROVED,
                            ClaimState.IN_BATCH,
                            ClaimState.SENT,
                            ClaimState.PAYMENT_FAILED,
                            ClaimState.PAID,
                        }
                    )
                )
                | Q(intake_by__isnull=False, review_by__isnull=False),
                name="claim_approved_names_two_officers",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.PAID) | Q(paid_on__isnull=False), name="claim_paid_says_when"
            ),
            *[
                models.UniqueConstraint(
                    fields=[kind, "lane"],
                    condition=Q(state__in=sorted(LIVE)) & Q(**{f"{kind}__isnull": False}),
                    name=f"claim_once_for_a_{kind.split('_')[0]}_certificate",
                )
                for kind in ("training_certificate", "level_certificate", "prior_certificate")
            ],
            models.UniqueConstraint(
                fields=["enrolment", "lane"],
                condition=Q(state__in=sorted(LIVE), enrolment__isnull=False),
                name="claim_once_for_a_training",
            ),
            models.UniqueConstraint(
                fields=["award_instalment"],
                condition=Q(state__in=sorted(LIVE), award_instalment__isnull=False),
                name="claim_once_for_an_award_instalment",
            ),
            # 同一职业（工种）同一等级只补一次：福建省 2024-07-01 方案。
            models.UniqueConstraint(
                fields=["worker", "lane", "occupation_code", "work_type_name", "level"],
                condition=Q(state__in=sorted(LIVE), level__isnull=False) & ~Q(lane=Lane.LIVING) & ~Q(lane=Lane.AWARD),
                name="claim_once_for_an_occupation_and_level",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimEvent(models.Model):
    """One move of a claim. Rows are only added."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events", verbose_name=_("申领"))
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=16, blank=True)
    target = models.CharField(_("新状态"), max_length=16)
    party = models.CharField(_("以谁的名义"), max_length=8)
    reason = models.TextField(_("说明"), blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("申领记录")
        verbose_name_plural = _("申领记录")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["claim", "id"], name="claim_event_by_claim")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class ClaimPaper(models.Model):
    """A paper that the claim came with, where the platform had none."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="papers", verbose_name=_("申领"))
    title = models.CharField(_("材料名称"), max_length=60)
    file = models.FileField(_("文件"), storage=private_files, max_length=120)
    is_current = models.BooleanField(_("现用"), default=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    at = models.DateTimeField(_("提交时间"))

    class Meta:
        verbose_name = _("申领材料")
        verbose_name_plural = _("申领材料")
        ordering = ["claim", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "title"], condition=Q(is_current=True), name="claim_paper_is_current_once"
            )
        ]

    def __str__(self) -> str:
        return self.title
