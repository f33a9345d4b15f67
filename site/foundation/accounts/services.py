"""Opening, granting, ending: whatever changes who may do what."""

import re
import secrets
from datetime import date, datetime

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.cn import uscc

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.phones import phone_clean
from foundation.accounts.selectors import memberships_of, roles_of, unproven_accounts, user_by_phone
from foundation.accounts.states import MAY_APPOINT, ROLES_OF_KIND, OrganisationKind, Role
from foundation.audit.services import audit_record
from foundation.database import period
from foundation.sms.services import sms_send
from foundation.sms.templates import PHONE_CHANGED_NOTICE

USER_NAME = re.compile(r"[a-z][a-z0-9._-]{1,29}")
# Without what is read for something else: 0 and o, 1 and l and i.
READABLE_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def organisation_create(
    *, name: str, kind: OrganisationKind, credit_code: str, district_code: str = "", actor: User | None
) -> Organisation:
    """Enter a body in the register. Its credit code is checked, and stands for one body only."""
    organisation = Organisation(
        name=name, kind=kind, credit_code=uscc.compact(credit_code), district_code=district_code
    )
    try:
        organisation.full_clean()
    except ValidationError as refusal:
        raise AccountsError("organisation", " ".join(refusal.messages)) from refusal
    organisation.save()
    audit_record("accounts.organisation.created", organisation, actor=actor)
    return organisation


@transaction.atomic
def worker_account_open(*, phone: str, at: datetime) -> User:
    """The account of a number, opened when there is none. Nobody may use it before the number is proven."""
    phone = phone_clean(phone)
    known = user_by_phone(phone)
    if known:
        return known
    user = User(username=f"w-{secrets.token_hex(10)}", phone=phone, date_joined=at)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # another request opened it a moment ago
        opened = user_by_phone(phone)
        if opened is None:
            raise
        return opened
    audit_record("accounts.user.opened", user, actor=None)
    return user


@transaction.atomic
def phone_prove(*, user: User, phone: str, at: datetime) -> User:
    """The person proved to hold the number: from now on she is a worker on the platform."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.phone != phone_clean(phone):
        raise AccountsError("phone_changed", _("这个账户的手机号码已经更换。请用新的号码登录。"))
    if user.phone_verified_at is None:
        user.phone_verified_at = at
        user.save(update_fields=["phone_verified_at"])
        audit_record("accounts.phone.proven", user, actor=user)
    if not user.memberships.exists() and user.is_active:
        on = timezone.localdate(at)
        granted = Membership.objects.create(user=user, role=Role.WORKER, effective=period(on))
        audit_record("accounts.membership.granted", granted, actor=None, data={"role": Role.WORKER.value})
    return user


@transaction.atomic
def staff_account_open(
    *,
    username: str,
    name: str,
    organisation: Organisation,
    role: Role,
    effective: DateRange,
    actor: User | None,
    on: date,
) -> User:
    """Open an account for somebody on the staff. It has no password until one is issued (``password_issue``)."""
    user = _staff_account(username, name, actor)
    membership_grant(user=user, organisation=organisation, role=role, effective=effective, actor=actor, on=on)
    return user


@transaction.atomic
def colleague_account_open(
    *, username: str, name: str, organisation: Organisation, role: Role, effective: DateRange, actor: User, on: date
) -> User:
    """Open an account for somebody of the actor's own body, in a role the actor may give there (``MAY_APPOINT``)."""
    _require_appointer(actor, organisation, role, on=on)
    user = _staff_account(username, name, actor)
    _grant(user=user, organisation=organisation, role=role, effective=effective, actor=actor, on=on)
    return user


@transaction.atomic
def colleague_role_end(*, membership: Membership, ends_on: date, actor: User, reason: str, on: date) -> Membership:
    """End a role in the actor's own body that the actor might have given."""
    if membership.organisation is None:
        raise PermissionDenied
    _require_appointer(actor, membership.organisation, Role(membership.role), on=on)
    return _end(membership, ends_on, actor, reason, on)


@transaction.atomic
def colleague_password_issue(*, user: User, actor: User, on: date) -> str:
    """A first password for a colleague who holds roles nowhere but in the actor's own body."""
    held = list(Membership.objects.filter(user=user).select_related("organisation"))
    if user.pk == actor.pk or not held:
        raise PermissionDenied
    for membership in held:
        if membership.organisation is None:
            raise PermissionDenied
        _require_appointer(actor, membership.organisation, Role(membership.role), on=on)
    return _password(user, actor)


@transaction.atomic
def membership_grant(
    *, user: User, organisation: Organisation, role: Role, effective: DateRange, actor: User | None, on: date
) -> Membership:
    """Give somebody a role in an organisation for a time. Only another person, an administrator, may do so.

    ``actor`` is None only for the very first administrator, whom nobody can have appointed.
    """
    if actor is None:
        if role is not Role.ADMINISTRATOR or Membership.objects.filter(role=Role.ADMINISTRATOR).exists():
            raise PermissionDenied
    else:
        _require_administrator(actor, on=on)
    return _grant(user=user, organisation=organisation, role=role, effective=effective, actor=actor, on=on)


def _grant(
    *, user: User, organisation: Organisation, role: Role, effective: DateRange, actor: User | None, on: date
) -> Membership:
    """The role itself; the caller has seen to it that the actor may."""
    if actor is not None and actor.pk == user.pk:
        raise AccountsError("own_role", _("不能给自己授权。请由另一位系统管理员办理。"))
    if role not in ROLES_OF_KIND[OrganisationKind(organisation.kind)]:
        raise AccountsError(
            "role_of_other_kind",
            _("“%(role)s”不属于%(kind)s。请检查单位或角色。")
            % {"role": role.label, "kind": organisation.get_kind_display()},
        )
    User.objects.select_for_update().get(pk=user.pk)
    if user.phone:
        # Whoever comes in by SMS alone must not hold a staff role.
        raise AccountsError("worker_account", _("用手机号码登录的账户不能担任工作人员。请为其另开工作账户。"))
    if Membership.objects.filter(
        user=user, organisation=organisation, role=role, effective__overlap=effective
    ).exists():
        raise AccountsError("already_granted", _("该账户在这段时间内已有这个角色。请核对有效期。"))
    granted = Membership.objects.create(
        user=user, organisation=organisation, role=role, effective=effective, granted_by=actor
    )
    audit_record("accounts.membership.granted", granted, actor=actor, data=_facts(granted))
    groups_sync(user=user, on=on)
    return granted


@transaction.atomic
def membership_end(*, membership: Membership, ends_on: date, actor: User, reason: str, on: date) -> Membership:
    """The role is held up to and including a day."""
    _require_administrator(actor, on=on)
    return _end(membership, ends_on, actor, reason, on)


def _end(membership: Membership, ends_on: date, actor: User, reason: str, on: date) -> Membership:
    held = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    if held.user_id == actor.pk:
        raise AccountsError("own_role", _("不能终止自己的角色。请由另一位系统管理员办理。"))
    if not reason.strip():
        raise AccountsError("reason_missing", _("请写明终止的原因。"))
    if ends_on < held.effective.lower or (held.effective.upper and ends_on >= held.effective.upper):
        raise AccountsError("ends_outside", _("终止日期应在原有效期之内。请核对日期。"))
    held.effective = period(held.effective.lower, ends_on)
    held.save(update_fields=["effective"])
    audit_record("accounts.membership.ended", held, actor=actor, reason=reason, data={"ends_on": ends_on})
    groups_sync(user=held.user, on=on)
    return held


@transaction.atomic
def account_switch_off(*, user: User, actor: User, reason: str, on: date) -> User:
    """Close an account: nobody can sign in with it, and its open sessions end at once. Nothing is deleted."""
    _require_administrator(actor, on=on)
    if user.pk == actor.pk:
        raise AccountsError("own_account", _("不能停用自己的账户。请由另一位系统管理员办理。"))
    if not reason.strip():
        raise AccountsError("reason_missing", _("请写明停用的原因。"))
    return _switch(user, is_active=False, actor=actor, reason=reason, on=on)


@transaction.atomic
def account_switch_on(*, user: User, actor: User, reason: str, on: date) -> User:
    """Open a switched-off account again, with the roles it holds on the day."""
    _require_administrator(actor, on=on)
    if not reason.strip():
        raise AccountsError("reason_missing", _("请写明恢复使用的原因。"))
    return _switch(user, is_active=True, actor=actor, reason=reason, on=on)


@transaction.atomic
def phone_change(*, user: User, phone: str, at: datetime, actor: User, reason: str = "") -> User:
    """Sign in with another number from now on: by herself, or by an officer, with a reason.

    The caller has had the number proven (``phone_changes``). Sessions opened with the old number end, and the old
    number is told.
    """
    phone = phone_clean(phone)
    by_herself = actor.pk == user.pk
    if not by_herself:
        if not roles_of(actor, on=timezone.localdate(at)) & {Role.OFFICER_INTAKE, Role.ADMINISTRATOR}:
            raise PermissionDenied
        if not reason.strip():
            raise AccountsError("reason_missing", _("请写明代为更换手机号码的原因。"))
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.phone:
        raise AccountsError("staff_account", _("工作账户用用户名和密码登录，没有登录手机号码。"))
    _free_number(phone, user)
    old = user.phone
    user.phone = phone
    user.phone_verified_at = at
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_index", "phone_verified_at"])
    except IntegrityError as refusal:  # another account came by the number a moment ago
        raise _phone_taken() from refusal
    event = audit_record("accounts.phone.changed", user, actor=actor, reason=reason)
    sms_send(
        phone=old,
        template=PHONE_CHANGED_NOTICE,
        context={"last_digits": phone[-4:]},
        dedupe_key=f"phone_changed:{event.pk}",
    )
    return user


@transaction.atomic
def password_issue(*, user: User, actor: User | None, on: date) -> str:
    """A first password, to hand over in person; it must be changed before anything else can be done.

    ``actor`` is None only for the very first administrator.
    """
    if actor is not None:
        _require_administrator(actor, on=on)
    elif user.has_usable_password() or Membership.objects.filter(role=Role.ADMINISTRATOR).exclude(user=user).exists():
        raise PermissionDenied
    return _password(user, actor)


def _password(user: User, actor: User | None) -> str:
    if user.phone:
        raise AccountsError("worker_account", _("从业人员用手机验证码登录，没有密码。"))
    password = "-".join("".join(secrets.choice(READABLE_SIGNS) for _sign in range(4)) for _group in range(4))
    user.set_password(password)
    user.password_is_initial = True
    user.save(update_fields=["password", "password_is_initial"])
    audit_record("accounts.password.issued", user, actor=actor)
    return password


@transaction.atomic
def password_change_record(*, user: User) -> None:
    """The person chose a password of her own."""
    User.objects.filter(pk=user.pk).update(password_is_initial=False)
    user.password_is_initial = False
    audit_record("accounts.password.changed", user, actor=user)


def group_name(role: Role, organisation: Organisation | None = None) -> str:
    """The group of everybody with a role, or of those who hold it for one organisation."""
    return role.value if organisation is None else f"{role.value}:{organisation.pk}"


@transaction.atomic
def groups_sync(*, user: User, on: date) -> None:
    """Wagtail asks groups for permissions: each person is in those of today's roles, and in their organisations'."""
    held = memberships_of(user, on=on).exclude(role=Role.WORKER).select_related("organisation")
    names = {group_name(Role(row.role), place) for row in held for place in (None, row.organisation)}
    groups = [Group.objects.get_or_create(name=name)[0] for name in sorted(names)]
    if {group.pk for group in groups} != set(user.groups.values_list("pk", flat=True)):
        user.groups.set(groups)


@transaction.atomic
def unproven_accounts_purge(*, opened_before: datetime) -> int:
    """Remove accounts of numbers that nobody proved to hold."""
    stale = list(unproven_accounts(opened_before=opened_before).select_for_update(of=("self",)))
    for user in stale:
        audit_record("accounts.user.purged", user, actor=None)
        user.delete()
    return len(stale)


def _free_number(phone: str, user: User) -> None:
    """See to it that a number is nobody's, or refuse."""
    holder = user_by_phone(phone)
    if holder is None:
        return
    if holder.pk == user.pk:
        raise AccountsError("same_phone", _("新号码与现在的号码相同。"))
    if holder.phone_verified_at is not None:  # before any lock: two accounts that swap numbers must not wait in a ring
        raise _phone_taken()
    holder = User.objects.select_for_update().filter(pk=holder.pk).first()  # may be proving the number at this moment
    if holder is None:  # tidied away meanwhile
        return
    if holder.phone_verified_at is not None or holder.memberships.exists():
        raise _phone_taken()
    audit_record("accounts.user.purged", holder, actor=None)
    holder.delete()  # somebody typed the number once and never proved to hold it


def _phone_taken() -> AccountsError:
    return AccountsError("phone_taken", _("这个号码已经用于另一个账户。请换一个号码，或到服务窗口办理。"))


def _switch(user: User, *, is_active: bool, actor: User, reason: str, on: date) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active != is_active:
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        action = "accounts.user.switched_on" if is_active else "accounts.user.switched_off"
        audit_record(action, user, actor=actor, reason=reason)
        groups_sync(user=user, on=on)
    return user


def _staff_account(username: str, name: str, actor: User | None) -> User:
    if not USER_NAME.fullmatch(username):
        raise AccountsError(
            "user_name_shape", _("用户名应为 2 到 30 位小写字母、数字、点或横线，以字母开头。请换一个用户名。")
        )
    if User.objects.filter(username__iexact=username).exists():
        raise AccountsError("user_name_taken", _("用户名 %(name)s 已经有人使用。请换一个。") % {"name": username})
    user = User(username=username, name=name)
    user.set_unusable_password()
    user.save()
    audit_record("accounts.user.opened", user, actor=actor)
    return user


def _require_appointer(actor: User, organisation: Organisation, role: Role, *, on: date) -> None:
    """``PermissionDenied`` unless the actor holds, in this very body, a role that may give the other."""
    held = memberships_of(actor, on=on).filter(organisation=organisation).values_list("role", flat=True)
    if not any(role in MAY_APPOINT.get(Role(one), frozenset()) for one in held):
        raise PermissionDenied


def _require_administrator(actor: User, *, on: date) -> None:
    if Role.ADMINISTRATOR not in roles_of(actor, on=on):
        raise PermissionDenied


def _facts(membership: Membership) -> dict[str, object]:
    effective = membership.effective
    return {
        "user": membership.user_id,
        "organisation": membership.organisation_id,
        "role": str(membership.role),
        "from": effective.lower,
        "before": effective.upper,
    }
