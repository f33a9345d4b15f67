"""Who a worker is: one row per citizen number, what was checked about it, and every move it made."""

from datetime import date

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from foundation.crypto.masking import mask_account, mask_id_number, mask_name, mask_phone
from workers.identity import IdNumber
from workers.states import AccountProof, CheckOutcome, CheckState, IdentityState, LinkState, Sex


def private_files() -> Storage:
    """Where files about a person lie: no web address reaches them."""
    return storages["private"]


class Worker(models.Model):
    """A natural person with one citizen number. The account, when there is one, only opens the door to the file."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="worker",
        null=True,
        blank=True,
        verbose_name=_("登录账户"),
        help_text=_("本人登录后关联；由培训机构或窗口建档的人员可以暂无账户。"),
    )
    account_proof = models.CharField(
        _("账户归属依据"),
        max_length=20,
        choices=AccountProof.choices,
        default=AccountProof.NONE,
        help_text=_("凭什么认定该账户就是本人；尚无证明时，账户只能看到自己填写的内容。"),
    )
    name = EncryptedTextField(_("姓名"), help_text=_("与身份证一致，加密保存。"))
    id_number = EncryptedTextField(_("身份证号码"), help_text=_("18 位公民身份号码，加密保存。"))
    id_number_index = BlindIndexField(source="id_number", kind="id_number", unique=True, null=False)
    sex = models.CharField(_("性别"), max_length=6, choices=Sex.choices, help_text=_("由身份证号码得出。"))
    birth_year = models.PositiveSmallIntegerField(
        _("出生年份"), help_text=_("由身份证号码得出；完整出生日期只在需要时从加密的号码中读取。")
    )
    district_code = models.CharField(_("居住区"), max_length=6, blank=True, help_text=_("六位行政区划代码。"))
    contact_phone = EncryptedTextField(
        _("联系电话"), blank=True, default="", help_text=_("名册或窗口登记的电话；登录用的手机号码在账户中。")
    )
    contact_phone_index = BlindIndexField(source="contact_phone", kind="phone", db_index=True)
    identity_state = models.CharField(
        _("实名状态"), max_length=10, choices=IdentityState.choices, default=IdentityState.DECLARED
    )
    verified_at = models.DateTimeField(_("实名通过时间"), null=True, blank=True)
    photo = models.FileField(
        _("照片"),
        storage=private_files,
        blank=True,
        max_length=120,
        help_text=_("已去除拍摄地点等附带信息的证件照片。"),
    )
    social_security_card = EncryptedTextField(
        _("社保卡银行账号"), blank=True, default="", help_text=_("补贴发放到此账号，加密保存。")
    )
    social_security_card_index = BlindIndexField(source="social_security_card", kind="account", db_index=True)
    source = models.CharField(_("建档来源"), max_length=100, help_text=_("本人填报、培训班名册或窗口。"))
    created_at = models.DateTimeField(_("建档时间"))

    class Meta:
        verbose_name = _("从业人员")
        verbose_name_plural = _("从业人员")
        indexes = [
            models.Index(fields=["identity_state", "-created_at"], name="worker_by_state"),
            models.Index(fields=["district_code", "-created_at"], name="worker_by_district"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_state__in=IdentityState.values), name="worker_identity_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(identity_state=IdentityState.VERIFIED, verified_at__isnull=False)
                | (~Q(identity_state=IdentityState.VERIFIED) & Q(verified_at__isnull=True)),
                name="worker_verified_says_when",
            ),
            models.CheckConstraint(
                condition=Q(account_proof__in=AccountProof.values), name="worker_account_proof_is_known"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(account_proof=AccountProof.NONE),
                name="worker_proof_needs_an_account",
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="worker_sex_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.masked_name} {self.masked_id_number}"

    @property
    def birth_on(self) -> date:
        """The day of birth, read from the encrypted number."""
        return IdNumber(self.id_number).birth_on

    @property
    def phone(self) -> str:
        """Where to reach her: the number she signs in with, else the one her file came with."""
        return (self.user.phone if self.user else "") or self.contact_phone

    @property
    def is_verified(self) -> bool:
        return self.identity_state == IdentityState.VERIFIED

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_id_number(self) -> str:
        return mask_id_number(self.id_number)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_card(self) -> str:
        return mask_account(self.social_security_card)


class WorkerEvent(models.Model):
    """Something that happened to an identity or its account. Rows are only added."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="events", verbose_name=_("从业人员"))
    action = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=20, blank=True)
    target = models.CharField(_("新状态"), max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    reason = models.TextField(_("原因"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("档案事件")
        verbose_name_plural = _("档案事件")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["worker", "at"], name="worker_event_by_worker")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class IdentityRevision(models.Model):
    """A name and number as they stood before a correction. Rows are only added."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("从业人员"))
    name = EncryptedTextField(_("原姓名"))
    id_number = EncryptedTextField(_("原身份证号码"))
    id_number_index = BlindIndexField(source="id_number", kind="id_number", null=False, db_index=True)
    reason = models.TextField(_("更正原因"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("更正时间"))

    class Meta:
        verbose_name = _("身份更正记录")
        verbose_name_plural = _("身份更正记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{mask_name(self.name)} {mask_id_number(self.id_number)}"


class IdentityCheck(models.Model):
    """One request to the real-name service about one worker, and how far it came."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="checks", verbose_name=_("从业人员"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("发起人")
    )
    requested_at = models.DateTimeField(_("发起时间"))
    state = models.CharField(_("状态"), max_length=12, choices=CheckState.choices, default=CheckState.WAITING)
    outcome = models.CharField(_("结果"), max_length=10, choices=CheckOutcome.choices, blank=True)
    reference = models.CharField(_("核验流水号"), max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(_("发送次数"), default=0)
    answered_at = models.DateTimeField(_("结果时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("实名核验")
        verbose_name_plural = _("实名核验")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CheckState.values), name="identity_check_state_is_known"),
            models.CheckConstraint(
                condition=(
                    Q(state=CheckState.ANSWERED, outcome__in=[CheckOutcome.MATCH, CheckOutcome.MISMATCH])
                    | Q(state=CheckState.FAILED, outcome=CheckOutcome.UNKNOWN)
                    | Q(state__in=[CheckState.WAITING, CheckState.SUPERSEDED], outcome="")
                ),
                name="identity_check_outcome_fits_state",
            ),
            models.UniqueConstraint(
                fields=["worker"], condition=Q(state=CheckState.WAITING), name="identity_check_one_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.get_outcome_display()}"


class IdentityCheckOutcome(models.Model):
    """Every answer ever received, late ones included. Rows are only added."""

    check_row = models.ForeignKey(
        IdentityCheck, on_delete=models.PROTECT, related_name="outcomes", verbose_name=_("实名核验")
    )
    outcome = models.CharField(_("结果"), max_length=10, choices=CheckOutcome.choices)
    reference = models.CharField(_("核验流水号"), max_length=100, blank=True)
    is_applied = models.BooleanField(_("已采用"), help_text=_("信息已更正或重复送达的结果只留存，不采用。"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("核验结果")
        verbose_name_plural = _("核验结果")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=CheckOutcome.values), name="check_outcome_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class LinkRequest(models.Model):
    """An account asks for a file that already exists. It sees nothing of the file until the request is granted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="link_requests", verbose_name=_("账户")
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="link_requests", verbose_name=_("从业人员")
    )
    name = EncryptedTextField(_("填写的姓名"))
    is_name_same = models.BooleanField(_("姓名与档案一致"))
    is_phone_same = models.BooleanField(_("手机号码与档案一致"))
    state = models.CharField(_("状态"), max_length=16, choices=LinkState.choices)
    requested_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    reason = models.TextField(_("处理理由"), blank=True)

    class Meta:
        verbose_name = _("认领档案的申请")
        verbose_name_plural = _("认领档案的申请")
        ordering = ["requested_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LinkState.values), name="link_request_state_is_known"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=[LinkState.WAITING_CHECK, LinkState.WAITING_OFFICER]),
                name="link_request_one_open_per_user",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[LinkState.WAITING_CHECK, LinkState.WAITING_OFFICER])
                | Q(decided_at__isnull=False),
                name="link_request_decided_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.get_state_display()}"
