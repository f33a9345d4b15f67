"""Every sign-in, refusal and change of a factor leaves an event."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.selectors import user_by_phone
from foundation.accounts.services import groups_sync, password_change_record
from foundation.audit.services import audit_record

FACTORS = frozenset({Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN})
# Refusals that nothing else holds back: events are kept for good, so a caller must not make them as fast as he calls.
UNBOUNDED = frozenset({"address_limit", "rate_limit", "too_soon", "too_many_codes", "paused", "busy"})
ONCE_IN_SECONDS = 60


def connect() -> None:
    for signal, receiver in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _login_failed),
        (password_changed, _password_changed),
        (authenticator_added, _factor_added),
        (authenticator_removed, _factor_removed),
        (authenticator_reset, _factor_reset),
        (authentication_failed, _factor_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"portal.sign_in.{receiver.__name__}")


@transaction.atomic
def sign_in_refused(*, reason: str, user_name: str = "", phone: str = "") -> None:
    """Somebody was not let in. What was typed is not kept: people type passwords into the wrong box.

    Refusals by a limit are recorded once a minute for an account, and once for all numbers that have none.
    """
    user = user_by_phone(phone) if phone else User.objects.filter(username__iexact=user_name).first()
    if reason in UNBOUNDED and not cache.add(f"sign_in.refused.{reason}.{user.pk if user else ''}", 1, ONCE_IN_SECONDS):
        return
    audit_record("accounts.user.refused", user, actor=None, data={"reason": reason})


@transaction.atomic
def _signed_in(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    groups_sync(user=user, on=timezone.localdate())
    methods = [record["method"] for record in get_authentication_records(request, user)]
    audit_record("accounts.user.signed_in", user, actor=user, data={"methods": methods})


@transaction.atomic
def _signed_out(*, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit_record("accounts.user.signed_out", user, actor=user)


def _login_failed(*, credentials: dict[str, Any], **kwargs: Any) -> None:
    sign_in_refused(user_name=str(credentials.get("username", "")), reason="password")


def _password_changed(*, user: User, **kwargs: Any) -> None:
    password_change_record(user=user)


@transaction.atomic
def _factor_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit_record("accounts.second_factor.enrolled", user, actor=user, data={"type": authenticator.type})
    earlier = Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk)
    if authenticator.type in FACTORS and not earlier.exists():
        # Whoever has just set up the first factor has just shown it.
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)


@transaction.atomic
def _factor_removed(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit_record("accounts.second_factor.removed", user, actor=user, data={"type": authenticator.type})


@transaction.atomic
def _factor_reset(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit_record("accounts.second_factor.renewed", user, actor=user, data={"type": authenticator.type})


@transaction.atomic
def _factor_failed(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit_record("accounts.second_factor.refused", user, actor=None, data={"type": authenticator.type})
