"""One account model for everybody, and dated membership of organisations."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

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
        _("姓名"), max_length=50, blank=True, help_text=_("工作人员的姓名;从业人员的姓名在其档案中加密保存。")
    )
    phone = EncryptedTextField(_("手机号码"), blank=True, default="", help_text=_("登录用的手机号码,加密保存。"))
    phone_index = BlindIndexField(source="phone", kind="phone", unique=True)
    phone_verified_at = models.DateTimeField(_("手机号码验证时间"), null=True, blank=True)

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


class Organisation(models.Model):
    """A body whose people work on the platform; schools and assessment bodies add their registers to this row."""

    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=20, choices=OrganisationKind.choices)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, unique=True, help_text=_("18 位,按 GB 32100 校验。")
    )
    district_code = models.CharField(_("所在区"), max_length=6, blank=True, help_text=_("六位行政区划代码。"))

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
        help_text=_("从业人员不属于任何单位,留空。"),
    )
    role = models.CharField(_("角色"), max_length=30, choices=Role.choices)
    effective = DateRangeField(_("有效期"), help_text=_("起止日期;没有截止日期表示长期有效。"))
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
