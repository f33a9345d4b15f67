"""One account model for everybody, and dated membership of organisations."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from foundation.accounts.states import OrganisationKind, Role
from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from foundation.crypto.masking import mask_phone


class User(AbstractUser):
    """Somebody who can sign in. Who a worker is by law stands in ``workers``; this row only opens the door.

    Workers sign in by phone and SMS code and have a made-up user name; staff have a user name, a password and,
    where their role asks for it, a second factor.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(
        _("姓名"), max_length=50, blank=True, help_text=_("工作人员的姓名；从业人员的姓名在其档案中加密保存。")
    )
    phone = EncryptedTextField(_("手机号码"), blank=True, default="", help_text=_("登录用的手机号码，加密保存。"))
    phone_index = BlindIndexField(source="phone", kind="phone", unique=True)
    phone_verified_at = models.DateTimeField(_("手机号码验证时间"), null=True, blank=True)
    password_is_initial = models.BooleanField(
        _("初始密码"), default=False, help_text=_("由管理员发放、本人还没有更换的密码。更换之前不能办理其他事项。")
    )

    objects: ClassVar[UserManager["User"]] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("账户")
        verbose_name_plural = _("账户")

    def __str__(self) -> str:
        return self.name or mask_phone(self.phone) or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end not only with the password but also with the phone number that opened them."""
        key_salt = "foundation.accounts.models.User.get_session_auth_hash"
        return salted_hmac(key_salt, f"{self.password}:{self.phone}", secret=secret, algorithm="sha256").hexdigest()


class Organisation(models.Model):
    """A body whose people work on the platform; schools and assessment bodies add their registers to this row."""

    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=20, choices=OrganisationKind.choices)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, unique=True, help_text=_("18 位，按 GB 32100 校验。")
    )
    district_code = models.CharField(_("所在区"), max_length=6, blank=True, help_text=_("六位行政区划代码。"))

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.credit_code = uscc.compact(self.credit_code)
        if not uscc.is_valid(self.credit_code):
            raise ValidationError(
                {"credit_code": _("统一社会信用代码不正确。请对照营业执照或法人证书核对 18 位代码。")}
            )


class Membership(models.Model):
    """A role a person holds for an organisation from one day to another (both included)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("账户")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name=_("单位"),
        help_text=_("从业人员不属于任何单位，留空。"),
    )
    role = models.CharField(_("角色"), max_length=30, choices=Role.choices)
    effective = DateRangeField(_("有效期"), help_text=_("起止日期；没有截止日期表示长期有效。"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("授权人")
    )

    class Meta:
        verbose_name = _("角色授权")
        verbose_name_plural = _("角色授权")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
            models.CheckConstraint(
                condition=Q(role=Role.WORKER, organisation__isnull=True)
                | (~Q(role=Role.WORKER) & Q(organisation__isnull=False)),
                name="membership_of_staff_names_an_organisation",
            ),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="membership_period_is_not_empty"),
            ExclusionConstraint(
                name="membership_is_granted_once_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("organisation", 0), RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class PhoneCode(models.Model):
    """One code sent to one number. What is kept is a keyed hash; the session knows only the reference."""

    reference = models.CharField(
        _("编号"), max_length=43, unique=True, help_text=_("浏览器会话里保存的编号，不是验证码。")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="phone_codes", verbose_name=_("账户")
    )
    phone_index = models.BinaryField(_("手机号码索引"), max_length=32)
    code_hash = models.BinaryField(_("验证码摘要"), max_length=32)
    sent_at = models.DateTimeField(_("发出时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    tries = models.PositiveSmallIntegerField(_("已核对次数"), default=0)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("手机验证码")
        verbose_name_plural = _("手机验证码")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="phone_code_is_tried_five_times_at_most"),
        ]
        indexes = [models.Index(fields=["phone_index", "-sent_at"], name="phone_code_by_number")]

    def __str__(self) -> str:
        return f"{self.user} · {self.sent_at:%Y-%m-%d %H:%M}"
