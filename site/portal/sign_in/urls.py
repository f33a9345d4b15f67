"""Addresses of signing in. Of django-allauth's pages only those named here exist."""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from allauth.usersessions import views as session_views
from django.conf import settings
from django.urls import URLPattern, path

from foundation.accounts.access import for_roles, public, signed_in
from foundation.accounts.states import STAFF
from portal.sign_in import views

phone = public(views.PhoneView.as_view())
staff = public(views.StaffView.as_view())
leave = public(views.sign_out)
for_staff = for_roles(*STAFF)

# allauth looks for its own names; ours are what our pages use. Of two names of one address the first resolves.
urlpatterns: list[URLPattern] = [
    path("sign-in/", phone, name="sign_in"),
    path("sign-in/", phone, name="account_request_login_code"),
    path("sign-in/code/", public(views.CodeView.as_view()), name="account_confirm_login_code"),
    path("sign-in/switched-off/", public(account_views.account_inactive), name="account_inactive"),
    path("sign-out/", leave, name="sign_out"),
    path("sign-out/", leave, name="account_logout"),
    path("staff/sign-in/", staff, name="staff_sign_in"),
    path("staff/sign-in/", staff, name="account_login"),
    path("staff/sign-in/second-factor/", public(mfa_views.authenticate), name="mfa_authenticate"),
    path("staff/sign-in/passkey/", public(webauthn_views.login_webauthn), name="mfa_login_webauthn"),
    path("account/sessions/", signed_in(session_views.list_usersessions), name="usersessions_list"),
    path("account/confirm/", for_staff(account_views.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", for_staff(mfa_views.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/",
        for_staff(webauthn_views.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/password/", for_staff(views.PasswordView.as_view()), name="account_change_password"),
    path("account/security/", for_staff(mfa_views.index), name="mfa_index"),
    path("account/security/app/", for_staff(totp_views.activate_totp), name="mfa_activate_totp"),
    path("account/security/app/remove/", for_staff(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/security/passkeys/", for_staff(webauthn_views.list_webauthn), name="mfa_list_webauthn"),
    path("account/security/passkeys/add/", for_staff(webauthn_views.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/security/passkeys/<int:pk>/remove/",
        for_staff(webauthn_views.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("account/security/passkeys/<int:pk>/edit/", for_staff(webauthn_views.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "account/security/recovery-codes/",
        for_staff(recovery_views.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/security/recovery-codes/new/",
        for_staff(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/security/recovery-codes/download/",
        for_staff(recovery_views.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]

if settings.DEBUG:
    from portal.sign_in.development import inbox

    urlpatterns.append(path("development/inbox/", public(inbox), name="development_inbox"))
