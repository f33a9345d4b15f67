"""Forms of signing in, in the words of this site."""

import json
from collections.abc import Callable
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.errors import AccountsError
from foundation.accounts.phone_codes import DIGITS, CodeCheck, phone_code_check
from foundation.accounts.phones import phone_clean
from portal.sign_in.records import sign_in_refused

ONE_TIME_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code"}


TOO_MANY_FROM_ADDRESS = gettext_lazy("从这个网络获取验证码的次数太多。请过 10 分钟再试，或换用手机流量。")


def address_may_ask(request: HttpRequest, phone: str) -> bool:
    """Whether the caller's network address may have one more code sent; a refusal is recorded."""
    if ratelimit.consume(request, action="request_login_code", key=phone):
        return True
    sign_in_refused(phone=phone, reason="address_limit")
    return False


class MobileField(forms.CharField):
    """A mobile number in whatever way people write it; cleaned to eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("手机号码"))
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)
        self.error_messages["required"] = gettext_lazy("请填写手机号码。")

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        try:
            return phone_clean(str(value))
        except AccountsError as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


class PhoneForm(account_forms.RequestLoginCodeForm):
    """A worker's number. Known or unknown makes no difference to what happens next."""

    _user = None

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if not address_may_ask(context.request, phone):
            raise forms.ValidationError(TOO_MANY_FROM_ADDRESS, code="address_limit")
        return phone


class CodeForm(account_forms.ConfirmLoginCodeForm):
    """The code of an SMS. allauth hands over the reference it keeps; the code is checked in the database."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs=ONE_TIME_CODE),
        error_messages={"required": gettext_lazy("请填写短信里的 6 位验证码。")},
    )
    remember = forms.BooleanField(
        label=gettext_lazy("这是我自己的手机，30 天内不用再登录"), required=False, initial=True
    )
    check: CodeCheck | None = None

    def clean_code(self) -> str:
        entered: str = normalize_user_code(self.cleaned_data["code"])
        if len(entered) != DIGITS or not entered.isdecimal():
            raise forms.ValidationError(_("验证码是 6 位数字，在短信里。请照着填写。"), code="code_shape")
        self.check = phone_code_check(reference=self.expected_code, entered=entered, at=timezone.now())
        if not self.check.is_right:
            raise forms.ValidationError(self.check.message, code=self.check.outcome.value)
        return entered


class StaffSignInForm(account_forms.LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("用户名"),
            max_length=150,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
            error_messages={"required": _("请填写用户名。")},
        )
        password = self.fields["password"]
        password.label, password.help_text = _("密码"), ""
        password.error_messages["required"] = _("请填写密码。")
        password.widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}

    def _clean_with_password(self, credentials: dict[str, str]) -> Any:
        try:
            return super()._clean_with_password(credentials)
        except forms.ValidationError as refusal:
            if refusal.code == "too_many_login_attempts" or "many" in str(refusal.code):
                raise forms.ValidationError(_("输错次数太多。请过 5 分钟再试。"), code="too_many") from refusal
            raise forms.ValidationError(
                _("用户名或密码不正确。忘记密码请联系本单位的系统管理员。"), code="mismatch"
            ) from refusal

    def _login_with_password(
        self, request: HttpRequest, redirect_url: str, credentials: dict[str, str]
    ) -> HttpResponse:
        """As the library does, but how long the session lasts is for ``portal.sign_in.sessions`` to say."""
        from allauth.account.internal.flows.login import perform_password_login

        self._login.redirect_url = redirect_url
        response: HttpResponse = perform_password_login(request, credentials, self._login)
        return response


def _plain(form: forms.Form, **labels: str) -> None:
    """Our labels, and no placeholder: it vanishes when one begins to type."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in labels:
            field.label = labels[name]


class PasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword=_("现在的密码"), password1=_("新密码"), password2=_("再输一次新密码"))
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = _("至少 12 个字符，不要全是数字，也不要用常见的密码。")


class PasswordAgainForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("密码"))
        self.fields["password"].help_text = ""


class _OneTimeCode:
    """A code of the authenticator app, or a recovery code; each is taken once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("动态验证码")
        field.widget.attrs = dict(ONE_TIME_CODE)
        field.error_messages["required"] = _("请填写验证器应用上的 6 位数字。")

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:  # type: ignore[attr-defined]
            # allauth remembers a used code for one period; with the tolerance it is good for three.
            wrapped = self.authenticator.wrap()  # type: ignore[attr-defined]
            cache.touch(wrapped._get_used_cache_key(code), 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1))
        return code


class SecondFactorForm(_OneTimeCode, mfa_forms.AuthenticateForm):
    pass


class SecondFactorAgainForm(_OneTimeCode, mfa_forms.ReauthenticateForm):
    pass


class AuthenticatorAppForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("验证器应用上显示的 6 位数字")
        self.fields["code"].widget.attrs = dict(ONE_TIME_CODE)


class CredentialDecoder(json.JSONDecoder):
    """What is too deep or has too many digits is no JSON either; Python says so in words that would break a form."""

    def decode(self, text: str, *args: Any) -> Any:
        try:
            return super().decode(text, *args)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError("not a credential", "", 0) from error


class _Credential:
    """An answer of a passkey, from anybody: what is none is refused, where the library would stumble over it."""

    malformed = (AttributeError, LookupError, TypeError, ValueError)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].decoder = CredentialDecoder  # type: ignore[attr-defined]

    def clean_credential(self) -> Any:
        clean = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])  # type: ignore[attr-defined]
        return self._understood(clean)

    def clean(self) -> Any:
        return self._understood(super().clean)  # type: ignore[misc]

    def _understood(self, clean: Callable[[], Any]) -> Any:
        try:
            return clean()
        except self.malformed as error:
            words = self.fields["credential"].error_messages["invalid"]  # type: ignore[attr-defined]
            raise forms.ValidationError(words, code="invalid") from error


class PasskeySignInForm(_Credential, webauthn_forms.LoginWebAuthnForm):
    pass


class PasskeyFactorForm(_Credential, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_Credential, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(_Credential, webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, name=_("给它起个名字"))
        self.fields["name"].help_text = _("例如：办公室电脑、我的手机。")
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = _("以后用它直接登录，不输密码")
            self.fields["passwordless"].help_text = _("需要设备支持指纹、人脸或 PIN 码。")


class PasskeyNameForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, name=_("名称"))
