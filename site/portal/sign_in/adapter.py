"""What django-allauth asks of this site: phones, codes, where to go afterwards, secrets at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.accounts.phone_codes import phone_code_send, reference_make
from foundation.accounts.selectors import roles_of, second_factor_required, user_by_phone
from foundation.accounts.services import phone_prove
from foundation.accounts.states import STAFF, Role
from foundation.crypto import cipher
from portal.sign_in import sessions
from portal.sign_in.records import sign_in_refused

# The page itself says these things.
SILENT = {
    "account/messages/login_code_sent.txt",
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "account/messages/phone_verification_sent.txt",
}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Workers come in by their number, staff are appointed: nobody signs up."""
        return False

    def get_login_stages(self) -> list[str]:
        """The code proves the phone, and there is no e-mail: what remains is the code and the second factor."""
        return ["allauth.account.stages.LoginByCodeStage", "allauth.mfa.stages.AuthenticateStage"]

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        from portal.sign_in.forms import MobileField

        return MobileField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        return user_by_phone(phone)

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        raise NotImplementedError("A number is changed by foundation.accounts.services.phone_change.")

    def set_phone_verified(self, user: User, phone: str) -> None:
        if user.is_active:
            phone_prove(user=user, phone=phone, at=timezone.now())

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        """What allauth keeps in the session where it expects a code: a reference that says nothing about it."""
        return reference_make()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        phone_code_send(reference=code, user=user, phone=phone, at=timezone.now())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except forms.ValidationError:
            sign_in_refused(user_name=str(credentials.get("username", "")), reason="rate_limit")
            raise

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request, roles_of(user, on=timezone.localdate()))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        roles = roles_of(request.user, on=timezone.localdate())  # type: ignore[arg-type]
        names = ["my_home"] if Role.WORKER in roles else ["staff_home"] if roles & STAFF else []
        return _first_of(*names)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this host, never another one of the same owner."""
        request = self.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has no second factor yet and has just given the password need not give it again to enrol."""
        if app == "allauth.mfa" and self._has_just_signed_in_without_factor():
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def _has_just_signed_in_without_factor(self) -> bool:
        user = self.request.user
        if isinstance(user, AnonymousUser) or is_mfa_enabled(user):
            return False
        records = get_authentication_records(self.request, user)
        return any(
            record["method"] == "password" and timezone.now().timestamp() - record["at"] < sessions.JUST_NOW_SECONDS
            for record in records
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("动态验证码不对。请照着验证器应用上最新的 6 位数字再填一次。"),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of authenticator apps and recovery codes lie encrypted in the database."""
        return cipher.encrypt(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher.decrypt(encrypted_text.encode())

    def _get_site_name(self) -> str:
        return _("巧手")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps at least one."""
        roles = roles_of(authenticator.user, on=timezone.localdate())
        if not second_factor_required(roles):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.filter(type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]).exists())


def _first_of(*names: str) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"
