"""Moving an account to another number. Two ways lead there, and both end with a code sent to the new number.

She does it herself: first a code to the number she has, so that an open session alone moves nothing; then a code to the
new one. Or an officer of the counter does it with a reason, having seen her and her card. Whether a number belongs to
another account is said to nobody who has not proven to hold it: until then nothing here looks.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import PhoneCode, User
from foundation.accounts.phone_codes import CodeCheck, Outcome, phone_code_check, phone_code_send, reference_make
from foundation.accounts.phones import phone_clean
from foundation.accounts.selectors import roles_of
from foundation.accounts.services import phone_change
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_indexes
from foundation.sms.templates import PHONE_CHANGE_CODE

# How long the code of the old number speaks for her.
CONFIRMED_FOR = timedelta(minutes=15)


@transaction.atomic
def phone_change_begin(*, user: User, at: datetime) -> str:
    """Send a code to the number she signs in with now; the reference by which she confirms it."""
    user = User.objects.get(pk=user.pk)
    if not user.phone:
        raise AccountsError("staff_account", _("工作账户用用户名和密码登录，没有登录手机号码。"))
    reference = reference_make()
    phone_code_send(reference=reference, user=user, phone=user.phone, at=at, template=PHONE_CHANGE_CODE)
    audit_record("accounts.phone_change.asked", user, actor=user)
    return reference


@transaction.atomic
def phone_change_confirm(*, user: User, reference: str, entered: str, at: datetime) -> CodeCheck:
    """She enters the code of the old number."""
    user = User.objects.get(pk=user.pk)
    if not _is_code_to(user, user.phone, reference):
        return _unknown()
    check = phone_code_check(reference=reference, entered=entered, at=at)
    if check.is_right:
        audit_record("accounts.phone_change.confirmed", user, actor=user)
    return check


def phone_change_is_confirmed(*, user: User, confirmation: str, at: datetime) -> bool:
    """Whether the number she has now answered with its code a moment ago."""
    return PhoneCode.objects.filter(
        reference=confirmation,
        user=user,
        phone_index__in=blind_indexes("phone", user.phone),
        used_at__gt=at - CONFIRMED_FOR,
    ).exists()


@transaction.atomic
def phone_change_code_send(
    *, user: User, phone: str, at: datetime, actor: User, confirmation: str = "", reason: str = ""
) -> str:
    """Send a code to the new number, whoever it belongs to; the reference by which it is proven.

    Raises ``AccountsError("unconfirmed")`` before anything is sent when her old number has not answered.
    """
    phone = phone_clean(phone)
    user = User.objects.get(pk=user.pk)
    _require_leave(user, actor=actor, confirmation=confirmation, reason=reason, at=at)
    if user.phone == phone:
        raise AccountsError("same_phone", _("新号码与现在的号码相同。"))
    reference = reference_make()
    phone_code_send(reference=reference, user=user, phone=phone, at=at, template=PHONE_CHANGE_CODE)
    audit_record("accounts.phone_change.code_sent", user, actor=actor, reason=reason)
    return reference


@transaction.atomic
def phone_change_code_check(
    *,
    user: User,
    phone: str,
    reference: str,
    entered: str,
    at: datetime,
    actor: User,
    confirmation: str = "",
    reason: str = "",
) -> CodeCheck:
    """Try the code of the new number. When it is right, ``phone_change`` may follow, in a transaction of its own: the
    code is used up even when the number turns out to be another account's."""
    user = User.objects.get(pk=user.pk)
    _require_leave(user, actor=actor, confirmation=confirmation, reason=reason, at=at)
    if not _is_code_to(user, phone, reference):
        return _unknown()
    return phone_code_check(reference=reference, entered=entered, at=at)


def phone_change_finish(
    *, user: User, phone: str, confirmation: str, reference: str, entered: str, at: datetime
) -> tuple[CodeCheck, User]:
    """She enters the code of the new number. When it is right, the account is moved.

    Raises ``AccountsError("phone_taken")`` only then, when she has proven to hold the number.
    """
    check = phone_change_code_check(
        user=user,
        phone=phone,
        reference=reference,
        entered=entered,
        at=at,
        actor=user,
        confirmation=confirmation,
    )
    if not check.is_right:
        return check, user
    try:
        return check, phone_change(user=user, phone=phone, at=at, actor=user)
    except AccountsError as refusal:
        phone_change_refusal_record(user=user, actor=user, code=refusal.code)
        raise


@transaction.atomic
def phone_change_refusal_record(*, user: User, actor: User, code: str, reason: str = "") -> None:
    """The number was proven, and yet the account could not be moved to it."""
    audit_record("accounts.phone_change.refused", user, actor=actor, reason=reason, data={"reason": code})


def _require_leave(user: User, *, actor: User, confirmation: str, reason: str, at: datetime) -> None:
    if actor.pk == user.pk:
        if not phone_change_is_confirmed(user=user, confirmation=confirmation, at=at):
            raise AccountsError("unconfirmed", _("离上一次确认已经太久。请重新填写新号码，再确认一次。"))
        return
    if not roles_of(actor, on=timezone.localdate(at)) & {Role.OFFICER_INTAKE, Role.ADMINISTRATOR}:
        raise PermissionDenied
    if not reason.strip():
        raise AccountsError("reason_missing", _("请写明代为更换手机号码的原因。"))


def _is_code_to(user: User, phone: str, reference: str) -> bool:
    """Whether the code was sent for this account to this number, and no other."""
    return PhoneCode.objects.filter(
        reference=reference, user=user, phone_index__in=blind_indexes("phone", phone)
    ).exists()


def _unknown() -> CodeCheck:
    return CodeCheck(Outcome.UNKNOWN, _("没有等待核对的验证码。请重新获取。"))
